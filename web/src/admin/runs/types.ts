/** What is known about runs. */
import type { Worker } from "../types";

export type RunState = "queued" | "running" | "background" | "done" | "failed" | "cancelled" | "interrupted";

export interface RunItem {
  id: string;
  function_id: string;
  version_id: string;
  hook: string;
  user_id: string;
  trigger: string;
  state: RunState;
  chat_id: string | null;
  message_id: string | null;
  started_at: number;
  ended_at: number | null;
  result: unknown;
  notes: string[];
  error: { code?: string; message?: string; type?: string; line?: number | null; traceback?: string } | null;
  refused?: RefusedHost[];
  /** Where it goes on just now. */
  worker?: Worker | null;
}

/** Something that a run emitted, asked a person, or asked the server for. */
export interface RunStep {
  kind: "event" | "question" | "call" | "begin" | "end" | "failed";
  name: string;
  time: number;
  data?: unknown;
  count?: number;
  state?: string;
  answer?: unknown;
  took?: number | null;
  arguments?: Record<string, unknown>;
  error?: string | null;
}

export interface RunArguments {
  body: unknown;
  whole: boolean;
}

/** What its worker took when it was last looked at, with how many other runs it had. */
export interface RunUsage {
  memory: number;
  cpu: number;
  shared: number;
}

export interface Timeline {
  steps: RunStep[];
  arguments: RunArguments | null;
  usage: RunUsage | null;
}

export interface RefusedHost {
  host: string;
  port: number;
  reason: string;
  count: number;
}

export interface RunLogLine {
  time: number;
  level: string;
  text: string;
  thread: string;
}
