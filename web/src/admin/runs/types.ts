/** What is known about runs. */
import type { Schemas } from "$lib/api/calls";

export type RunState = RunItem["state"];

export type RunItem = Schemas["RunItem"] & Partial<Pick<Schemas["WholeRun"], "refused" | "worker">>;

/** Something that a run emitted, asked a person, or asked the server for. */
export type RunStep = Omit<Schemas["RunStep"], "kind"> & {
  kind: Schemas["RunStep"]["kind"] | "begin" | "end" | "failed";
};

export type RunArguments = Schemas["RunArguments"];

/** What its worker took when it was last looked at, with how many other runs it had. */
export type RunUsage = Schemas["RunUsage"];

export type Timeline = Schemas["RunTimeline"];

export type RefusedHost = Schemas["RefusedHost"];

export type RunLogLine = Schemas["RunLogLine"];
