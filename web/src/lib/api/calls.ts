/** Calls of the API: paths, parameters, bodies and answers are checked against its description (`schema.d.ts`). */
import { request } from "./client";
import type { Delete, Get, Post } from "./schema";

export type { Schemas } from "./schema";

type Parameters = Record<string, string | number | boolean | null | undefined>;

interface Sent {
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

/** What a call takes: `path` and `query` parameters and a `body`, where there are any. */
export type Given<Call> = Omit<Call, "answer"> & Sent;
export type Answer<Call> = Call extends { answer: infer Found } ? Found : never;
type Arguments<Call> = object extends Given<Call> ? [given?: Given<Call>] : [given: Given<Call>];

export const api = {
  get: <Path extends keyof Get>(path: Path, ...given: Arguments<Get[Path]>) =>
    call<Answer<Get[Path]>>("GET", path, given[0]),
  post: <Path extends keyof Post>(path: Path, ...given: Arguments<Post[Path]>) =>
    call<Answer<Post[Path]>>("POST", path, { body: {}, ...given[0] }),
  delete: <Path extends keyof Delete>(path: Path, ...given: Arguments<Delete[Path]>) =>
    call<Answer<Delete[Path]>>("DELETE", path, given[0]),
};

function call<Found>(method: string, path: string, given: object = {}): Promise<Found> {
  const { path: parameters, ...options } = given as Sent & { path?: Parameters; query?: Parameters };
  return request<Found>(method, address(path, parameters), options);
}

/** `/api/v1/chats/{chat_id}` with its parameters in their places. */
export function address(path: string, parameters: object = {}): string {
  const values = parameters as Parameters;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])));
}
