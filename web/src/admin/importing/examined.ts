/** What the server tells of a source before anything of it runs, and what an admin may grant because of it. */
import type { Schemas } from "$lib/api/calls";
import type { RightsChange } from "../rights/types";
import { words } from "../texts";

export type Finding = Omit<Schemas["Finding"], "code">;

export type Severity = Finding["severity"];

export type Examined = Pick<Schemas["Examined"], "kind" | "works" | "findings" | "files"> & {
  needs: Omit<Schemas["Needs"], "open_webui">;
};

/** A right beyond the usual ones that a source asks for. */
export interface Proposal {
  right: string;
  label: string;
  means: string;
  why: string;
  line: number | null;
  change: RightsChange;
}

const HOSTS = "hosts: ";
const text = words.importing.grants;

export function packagesOf({ needs }: Examined): string[] {
  return [...needs.requirements, ...needs.implied];
}

/** What the usual rights do not hold. */
export function proposals({ needs }: Examined): Proposal[] {
  return needs.rights.flatMap<Proposal>(({ right, why, line }) => {
    const asked = { right, why, line };
    if (right.startsWith(HOSTS)) {
      const host = right.slice(HOSTS.length);
      return [{ ...asked, label: text.hosts(host), means: text.hostsMeans, change: { hosts: [host] } }];
    }
    if (right === "data: all")
      return [{ ...asked, label: text.data, means: text.dataMeans, change: { data: "all" } }];
    if (right === "page_script")
      return [
        { ...asked, label: text.page_script, means: text.page_scriptMeans, change: { page_script: true } },
      ];
    return [];
  });
}

/** One change that gives all of them, beside the hosts that are allowed already. */
export function granting(chosen: Proposal[], allowed: string[] = []): RightsChange {
  const hosts = chosen.flatMap(({ change }) => change.hosts ?? []);
  const all: RightsChange = Object.assign({}, ...chosen.map(({ change }) => change), { confirm: true });
  return hosts.length ? { ...all, hosts: [...new Set([...allowed, ...hosts])] } : all;
}
