/** Hosts that a run could not reach, and the rights that would let it. */
import { api } from "$lib/api/client";
import type { RefusedHost } from "../types";

const rights = (id: string) => `/api/v1/functions/id/${encodeURIComponent(id)}/rights`;

interface Hosts {
  hosts: string[];
}

/** The host as rights name it: `example.com:443`, `[::1]:80`, without a port where none was asked for. */
export function entry({ host, port }: RefusedHost): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port ? `${name}:${port}` : name;
}

export const hostsApi = {
  granted: async (id: string) => (await api.get<Hosts>(rights(id))).hosts,
  /** Add a host to those that the function may reach; gives all of them. */
  allow: async (id: string, host: string) => {
    const hosts = (await hostsApi.granted(id)).filter((known) => known !== host);
    return (await api.post<Hosts>(rights(id), { hosts: [...hosts, host] })).hosts;
  },
};
