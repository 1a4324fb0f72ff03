/** What the administration asks the server, one function per request. */
import { address, api, type Schemas } from "$lib/api/calls";
import { ApiError, errorFrom, readBody, send } from "$lib/api/client";
import { follow, type Following } from "$lib/api/progress";
import type { Role } from "$lib/types";
import type { SentFiles, StoredFile } from "./source_types";
import type { FunctionSource, ModelRecord, Valves, ValvesSpec } from "./types";

const at = (function_id: string) => ({ path: { function_id } });

export interface FunctionForm extends SentFiles {
  id: string;
  name: string;
  meta: { description?: string };
  commit_message?: string;
  origin_url?: string;
  origin_hash?: string;
  expected_version_id?: string;
}

export const functionsApi = {
  list: () => api.get("/api/v1/functions/list"),
  activity: () => api.get("/api/v1/functions/activity"),
  get: (id: string) => api.get("/api/v1/functions/id/{function_id}", at(id)),
  /** A new one has no id yet. */
  save: (id: string, form: FunctionForm, following: Following) =>
    id
      ? follow("/api/v1/functions/id/{function_id}/update", { ...at(id), body: form }, following)
      : follow("/api/v1/functions/create", { body: form }, following),
  installPackages: (id: string, following: Following) =>
    follow("/api/v1/functions/id/{function_id}/packages", at(id), following),
  toggle: (id: string) => api.post("/api/v1/functions/id/{function_id}/toggle", at(id)),
  toggleGlobal: (id: string) => api.post("/api/v1/functions/id/{function_id}/toggle/global", at(id)),
  clone: (id: string) => api.post("/api/v1/functions/id/{function_id}/clone", at(id)),
  delete: (id: string) => api.delete("/api/v1/functions/id/{function_id}/delete", at(id)),
  exportAll: (include_valves = false) => api.get("/api/v1/functions/export", { query: { include_valves } }),
  exportOne: (id: string) => api.get("/api/v1/functions/id/{function_id}/export", at(id)),
  import: (items: unknown[], following: Following) =>
    follow("/api/v1/functions/import", { body: items }, following),
  loadUrl: (url: string) => api.post("/api/v1/functions/load/url", { body: { url } }),
  origin: (id: string) => api.get("/api/v1/functions/id/{function_id}/origin", at(id)),
  takeOrigin: (id: string, sha256: string, following: Following) =>
    follow("/api/v1/functions/id/{function_id}/origin/update", { ...at(id), body: { sha256 } }, following),
  package: async (id: string) => {
    const response = await send(
      "GET",
      address("/api/v1/functions/id/{function_id}/package", { function_id: id }),
      {},
    );
    if (!response.ok) throw errorFrom(response, await readBody(response));
    return response.blob();
  },
  files: (id: string, version_id = "") =>
    api.get("/api/v1/functions/id/{function_id}/files", { ...at(id), query: { version_id } }),
  /** Null where that version was deleted. */
  filesIfThere: (id: string, version: string) =>
    functionsApi.files(id, version).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return null;
      throw error;
    }),
  /** Of what was just saved. */
  savedFiles: async ({ id, is_package, version_id, content }: FunctionSource): Promise<StoredFile[]> =>
    is_package ? functionsApi.files(id, version_id ?? "") : [{ path: "", size: content.length, content }],
  examine: (form: SentFiles & { id: string }, signal?: AbortSignal) =>
    api.post("/api/v1/functions/examine", { body: form, signal }),
  language: () => api.get("/api/v1/functions/language"),
  history: (id: string, page: number) =>
    api.get("/api/v1/functions/id/{function_id}/history", { ...at(id), query: { page } }),
  version: (id: string, versionId: string) =>
    api.get("/api/v1/functions/id/{function_id}/history/{version_id}", {
      path: { function_id: id, version_id: versionId },
    }),
  deleteVersion: (id: string, versionId: string) =>
    api.delete("/api/v1/functions/id/{function_id}/history/{version_id}", {
      path: { function_id: id, version_id: versionId },
    }),
  diff: (id: string, from_id: string, to_id: string) =>
    api.get("/api/v1/functions/id/{function_id}/history/diff", { ...at(id), query: { from_id, to_id } }),
  rollBack: (id: string, version_id: string, following: Following) =>
    follow(
      "/api/v1/functions/id/{function_id}/update/version",
      { ...at(id), body: { version_id } },
      following,
    ),
};

export const valvesApi = {
  read: (id: string) => api.get("/api/v1/functions/id/{function_id}/valves", at(id)),
  spec: (id: string) =>
    api.get("/api/v1/functions/id/{function_id}/valves/spec", at(id)) as Promise<ValvesSpec>,
  update: (id: string, values: Valves) =>
    api.post("/api/v1/functions/id/{function_id}/valves/update", { ...at(id), body: values }),
};

export const examplesApi = {
  list: () => api.get("/api/v1/examples"),
  install: (ids: string[]) => api.post("/api/v1/examples/install", { body: { ids } }),
};

export interface ConnectionForm {
  url: string;
  name: string;
  prefix: string;
  key?: string;
  model_ids: string[];
}

export const connectionsApi = {
  list: () => api.get("/api/v1/connections"),
  create: (form: ConnectionForm) => api.post("/api/v1/connections", { body: form }),
  update: (id: string, form: Partial<ConnectionForm> & { enabled?: boolean }) =>
    api.post("/api/v1/connections/{connection_id}", { path: { connection_id: id }, body: form }),
  delete: (id: string) => api.delete("/api/v1/connections/{connection_id}", { path: { connection_id: id } }),
  test: (id: string) => api.post("/api/v1/connections/{connection_id}/test", { path: { connection_id: id } }),
};

export interface AccountForm {
  name: string;
  email: string;
  role: Role;
  password: string;
}

export const peopleApi = {
  list: (query: string, page: number) => api.get("/api/v1/users/", { query: { query, page } }),
  all: () => api.get("/api/v1/users/all"),
  add: (form: AccountForm) => api.post("/api/v1/auths/add", { body: form }),
  update: (id: string, changes: Partial<AccountForm>) =>
    api.post("/api/v1/users/{user_id}/update", { path: { user_id: id }, body: changes }),
  delete: (id: string) => api.delete("/api/v1/users/{user_id}", { path: { user_id: id } }),
};

export interface GroupForm {
  name: string;
  description: string;
  user_ids: string[];
}

export const groupsApi = {
  list: () => api.get("/api/v1/groups/"),
  create: (form: GroupForm) => api.post("/api/v1/groups/create", { body: form }),
  update: (id: string, form: GroupForm) =>
    api.post("/api/v1/groups/id/{group_id}/update", { path: { group_id: id }, body: form }),
  delete: (id: string) => api.delete("/api/v1/groups/id/{group_id}/delete", { path: { group_id: id } }),
};

export const modelsApi = {
  records: () => api.get("/api/v1/models/export"),
  create: (record: ModelRecord) => api.post("/api/v1/models/create", { body: record }),
  update: (record: ModelRecord) =>
    api.post("/api/v1/models/model/update", { query: { id: record.id }, body: record }),
  delete: (id: string) => api.post("/api/v1/models/model/delete", { body: { id } }),
  /** Whether models without a record are for everybody. */
  arePublic: () => api.get("/api/v1/models/public"),
  setPublic: (open: boolean) => api.post("/api/v1/models/public", { body: { public: open } }),
};

export interface RunQuery {
  function_id?: string;
  state?: string;
  user_id?: string;
  trigger?: string;
  hook?: string;
  /** Epoch seconds. */
  since?: number;
  /** Without results and tracebacks. */
  brief?: boolean;
  skip?: number;
  limit?: number;
}

export const runsApi = {
  list: (query: RunQuery) => api.get("/api/v1/runs", { query }),
  get: (id: string) => api.get("/api/v1/runs/{run_id}", { path: { run_id: id } }),
  logs: (id: string) => api.get("/api/v1/runs/{run_id}/logs", { path: { run_id: id } }),
  timeline: (id: string) => api.get("/api/v1/runs/{run_id}/timeline", { path: { run_id: id } }),
  cancel: (id: string) => api.post("/api/v1/runs/{run_id}/cancel", { path: { run_id: id } }),
  again: (id: string) => api.post("/api/v1/runs/{run_id}/again", { path: { run_id: id } }),
};

export const environmentsApi = {
  list: () => api.get("/api/v1/environments"),
  collect: () => api.post("/api/v1/environments/collect"),
};

export const systemApi = {
  read: () => api.get("/api/v1/system"),
  load: () => api.get("/api/v1/system/load"),
  change: (body: Schemas["PageSettings"]) => api.post("/api/v1/system/settings", { body }),
  endWorker: (pid: number) => api.post("/api/v1/system/workers/{pid}/end", { path: { pid } }),
};
