/** Why a source was refused, or what a run of it raised, with its place. */
import { ApiError, type ErrorBody } from "$lib/api/client";
import { INIT } from "./source_file";

export interface Problem {
  message: string;
  hint: string;
  /** Of a package; empty for a function of one file. */
  file: string;
  line: number | null;
  column: number | null;
  traceback: string;
  /** The state of the source that it is about: lines of another state are elsewhere. */
  edition: number;
}

export function problemOf(error: unknown, several: boolean, edition: number): Problem {
  const body = error instanceof ApiError ? error.body : {};
  const message = error instanceof Error ? error.message : String(error);
  return problemIn({ ...body, detail: message }, several, edition);
}

export function problemIn(body: ErrorBody, several: boolean, edition: number): Problem {
  const file = typeof body.file === "string" && body.file ? body.file : INIT;
  return {
    message: String(body.detail ?? ""),
    hint: String(body.hint ?? ""),
    file: several ? file : "",
    line: numberOf(body.line),
    column: numberOf(body.column),
    traceback: typeof body.traceback === "string" ? body.traceback : "",
    edition,
  };
}

const numberOf = (value: unknown) => (typeof value === "number" ? value : null);
