/** Shapes that only the administration reads. */
import type { Schema } from "$lib/schema";
import type { Role } from "$lib/types";
import type { Profile, Reach } from "./rights/types";

export type Kind = "pipe" | "filter" | "action" | "event";
export type FunctionState =
  "ready" | "needs_configuration" | "needs_packages" | "crashing" | "quarantined" | "failed";

export interface Manifest {
  title?: string;
  author?: string;
  version?: string;
  description?: string;
  [field: string]: string | undefined;
}

export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  profile_image_url: string;
  created_at?: number;
  last_active_at?: number;
}

export interface FunctionItem {
  id: string;
  user_id: string;
  kind: Kind;
  name: string;
  meta: { description: string; manifest: Manifest; toggle: boolean };
  is_active: boolean;
  is_global: boolean;
  version_id: string | null;
  version_number: number | null;
  state: FunctionState;
  reason: string;
  origin_url: string;
  is_package: boolean;
  /** Of an action that has several. */
  buttons: { id: string; name: string }[];
  has_valves: boolean;
  has_user_valves: boolean;
  profile: Profile | null;
  data: Reach | null;
  page_script: boolean;
  updated_at: number;
  created_at: number;
  user?: Person | null;
}

export interface Caution {
  code: string;
  message: string;
  line: number | null;
}

export interface FunctionSource extends FunctionItem {
  content: string;
  /** All files of a package; empty for a function of one file. */
  files: { path: string; size: number }[];
  warnings: Caution[];
  requirements: string[];
}

export interface VersionItem {
  id: string;
  number: number;
  user: Person | null;
  commit_message: string;
  /** The packages that it was saved with, each with its exact version. */
  lock: string[];
  state: "good" | "quarantined";
  reason: string;
  is_current: boolean;
  created_at: number;
  snapshot: { name: string; content?: string };
}

export interface OriginCheck {
  url: string;
  sha256: string;
  checked_at: number;
  changed: boolean;
  edited: boolean;
  version: string;
  content: string;
}

export interface ImportFailure {
  id: string;
  name?: string;
  detail: string;
  hint?: string;
}

export type Valves = Record<string, unknown>;
export type ValvesSpec = Schema | null;

export interface Connection {
  id: string;
  url: string;
  name: string;
  prefix: string;
  enabled: boolean;
  model_ids: string[];
  source: "admin" | "settings";
  has_key: boolean;
  models: string[];
  error: string | null;
}

export interface ConnectionTest {
  ok: boolean;
  models: string[];
  error: string | null;
}

export interface ModelRecord {
  id: string;
  base_model_id: string | null;
  name: string;
  params: Record<string, unknown>;
  meta: ModelMeta;
  access_control: Record<string, unknown> | null;
  is_active: boolean;
}

export interface ModelMeta {
  description?: string | null;
  profile_image_url?: string | null;
  actionIds?: string[];
  /** Those that run by themselves after each answer: `function` or `function.button`. */
  automaticActionIds?: string[];
  filterIds?: string[];
  defaultFilterIds?: string[];
  [key: string]: unknown;
}

export type * from "./runs/types";

export interface Worker {
  function_id: string;
  version_id: string;
  pid: number;
  state: string;
  runs: number;
  background: number;
  lag: number;
  memory: number;
  started_at: number;
  queue: number;
  cpu: number;
  processes: number;
  generation: number;
  last_end: string;
}

/** A version that is not started for a while, since its processes kept ending. */
export interface Trouble {
  function_id: string;
  version_id: string;
  crashes: number;
  reason: string;
  retry_at: number;
}

export interface EnvironmentItem {
  id: string;
  packages: string[];
  size: number;
  function_ids: string[];
  in_use: boolean;
  created_at: number;
  wanted_at: number;
}

export interface SettingItem {
  name: string;
  value: unknown;
  default: boolean;
  default_value: unknown;
  secret: boolean;
  source: "default" | "environment" | "file" | "argument";
  description: string;
}

/** One wall around functions, as it stands on this machine. */
export interface Layer {
  name: string;
  active: boolean;
  what: string;
  why_not: string;
  means: string;
}

export interface SystemState {
  version: string;
  python: string;
  platform: string;
  started_at: number;
  users: number;
  engine: string;
  workers: Worker[];
  layers: Layer[];
  troubles: Trouble[];
  settings: SettingItem[];
}
