/** Hosts that a run could not reach, and the rights that would let it. */
import { api } from "$lib/api/calls";
import type { RefusedHost } from "../types";

const RIGHTS = "/api/v1/functions/id/{function_id}/rights";

/** The host as rights name it: `example.com:443`, `[::1]:80`, without a port where none was asked for. */
export function entry({ host, port }: RefusedHost): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port ? `${name}:${port}` : name;
}

export const hostsApi = {
  granted: async (id: string) => (await api.get(RIGHTS, { path: { function_id: id } })).hosts,
  /** Add a host to those that the function may reach; gives all of them. */
  allow: async (id: string, host: string) => {
    const hosts = (await hostsApi.granted(id)).filter((known) => known !== host);
    return (await api.post(RIGHTS, { path: { function_id: id }, body: { hosts: [...hosts, host] } })).hosts;
  },
};
