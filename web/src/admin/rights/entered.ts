/** What an admin enters about rights, and what of it is new. */
import type { Bound, Decided, Rights, RightsChange } from "./types";

const MIB = 2 ** 20;

export interface Entered extends Omit<Decided, "budget"> {
  budget: Record<string, string>;
}

export function enteredOf(rights: Rights): Entered {
  const { profile, hosts, data, page_script, budget, bounds } = rights;
  const texts = Object.entries(budget).map(([name, value]) => [name, amount(value, bounds[name])]);
  return { profile, hosts: [...hosts], data, page_script, budget: Object.fromEntries(texts) };
}

/** A value in the unit that the form shows; empty for none. */
export function amount(value: number | null | undefined, bound: Bound | undefined): string {
  if (value === null || value === undefined) return "";
  return String(bound?.unit === "bytes" ? Number((value / MIB).toFixed(6)) : value);
}

/** The value of a text: null for an empty one, undefined for what is no number. */
export function valueOf(text: string, bound: Bound | undefined): number | null | undefined {
  const trimmed = text.trim();
  if (!trimmed) return null;
  const number = Number(trimmed);
  if (!Number.isFinite(number)) return undefined;
  return bound?.unit === "bytes" ? Math.round(number * MIB) : number;
}

/** Names of the budgets whose texts are no numbers. */
export function unreadable(entered: Entered, rights: Rights): string[] {
  return Object.keys(entered.budget).filter(
    (name) => valueOf(entered.budget[name] ?? "", rights.bounds[name]) === undefined,
  );
}

/** What differs from the present rights, to be sent. */
export function changesOf(entered: Entered, rights: Rights): RightsChange {
  const before = enteredOf(rights);
  const hosts = entered.hosts.map((host) => host.trim()).filter(Boolean);
  const budget = Object.fromEntries(
    Object.entries(entered.budget)
      .filter(([name, text]) => text.trim() !== before.budget[name])
      .map(([name, text]) => [name, valueOf(text, rights.bounds[name]) ?? null]),
  );
  return {
    ...(entered.profile !== before.profile && { profile: entered.profile }),
    ...(hosts.join("\n") !== before.hosts.join("\n") && { hosts }),
    ...(entered.data !== before.data && { data: entered.data }),
    ...(entered.page_script !== before.page_script && { page_script: entered.page_script }),
    ...(Object.keys(budget).length && { budget }),
  };
}
