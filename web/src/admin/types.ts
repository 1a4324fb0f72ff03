/** Shapes that only the administration reads. */
import type { Schemas } from "$lib/api/calls";
import type { Schema } from "$lib/schema";
import type { Needing } from "$lib/types";

export type Kind = FunctionItem["kind"];
export type FunctionState = FunctionItem["state"];

export type Manifest = FunctionItem["meta"]["manifest"];

export type Person = Schemas["Person"];

export type FunctionItem = Schemas["FunctionItem"] & Partial<Pick<Schemas["ListedFunction"], "user">>;

export type Caution = Schemas["Caution"];

export type FunctionSource = Schemas["FunctionSource"];

export type VersionItem = Schemas["VersionItem"];

export type OriginCheck = Schemas["OriginCheck"];

export type ImportFailure = Needing<Schemas["ImportFailure"], "id" | "detail">;

export type Valves = Record<string, unknown>;
export type ValvesSpec = Schema | null;

export type Connection = Schemas["ConnectionItem"];

export type ConnectionTest = Schemas["ConnectionTest"];

export type ModelRecord = Needing<
  Schemas["ModelRecord"],
  "id" | "base_model_id" | "name" | "params" | "meta" | "access_control" | "is_active"
>;

export type ModelMeta = Schemas["ModelMeta"];

export type * from "./runs/types";

export type Worker = Schemas["WorkerState"];

/** A version that is not started for a while, since its processes kept ending. */
export type Trouble = Schemas["Trouble"];

export type EnvironmentItem = Schemas["EnvironmentItem"];

export type SettingItem = Schemas["SettingItem"];
export type SettingTakes = Schemas["SettingTakes"];

/** One wall around functions, as it stands on this machine. */
export type Layer = Schemas["Layer"];

export type SystemState = Schemas["SystemState"];
