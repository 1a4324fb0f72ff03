/** What the administration asks the server, one function per request. */
import { api, errorFrom, readBody, send } from "$lib/api/client";
import { follow, type Following } from "$lib/api/progress";
import type { ExampleItem, Role } from "$lib/types";
import type { Group } from "./access/api";
import type {
  Connection,
  ConnectionTest,
  EnvironmentItem,
  FunctionItem,
  FunctionSource,
  ImportFailure,
  ModelRecord,
  OriginCheck,
  Person,
  RunItem,
  RunLogLine,
  SystemState,
  Timeline,
  Valves,
  ValvesSpec,
  VersionItem,
} from "./types";

const FUNCTIONS = "/api/v1/functions";
const at = (id: string, rest = "") => `${FUNCTIONS}/id/${encodeURIComponent(id)}${rest}`;

export interface FunctionForm {
  id: string;
  name: string;
  content: string;
  meta: { description?: string };
  commit_message?: string;
  origin_url?: string;
  origin_hash?: string;
}

export const functionsApi = {
  list: () => api.get<FunctionItem[]>(`${FUNCTIONS}/list`),
  get: (id: string) => api.get<FunctionSource>(at(id)),
  create: (form: FunctionForm, following: Following) =>
    follow<FunctionSource>(`${FUNCTIONS}/create`, form, following),
  update: (id: string, form: FunctionForm, following: Following) =>
    follow<FunctionSource>(at(id, "/update"), form, following),
  installPackages: (id: string, following: Following) =>
    follow<FunctionSource>(at(id, "/packages"), {}, following),
  toggle: (id: string) => api.post<FunctionSource>(at(id, "/toggle")),
  toggleGlobal: (id: string) => api.post<FunctionSource>(at(id, "/toggle/global")),
  clone: (id: string) => api.post<FunctionSource>(at(id, "/clone")),
  delete: (id: string) => api.delete<boolean>(at(id, "/delete")),
  exportAll: (include_valves = false) => api.get<unknown[]>(`${FUNCTIONS}/export`, { include_valves }),
  exportOne: (id: string) => api.get<unknown[]>(at(id, "/export")),
  import: (items: unknown[], following: Following) =>
    follow<{ functions: FunctionItem[]; created: string[]; errors: ImportFailure[] }>(
      `${FUNCTIONS}/import`,
      items,
      following,
    ),
  loadUrl: (url: string) =>
    api.post<{ name: string; content: string; url: string; sha256: string }>(`${FUNCTIONS}/load/url`, {
      url,
    }),
  origin: (id: string) => api.get<OriginCheck>(at(id, "/origin")),
  takeOrigin: (id: string, sha256: string, following: Following) =>
    follow<FunctionSource>(at(id, "/origin/update"), { sha256 }, following),
  package: async (id: string) => {
    const response = await send("GET", at(id, "/package"), {});
    if (!response.ok) throw errorFrom(response, await readBody(response));
    return response.blob();
  },
  history: (id: string, page: number) => api.get<VersionItem[]>(at(id, "/history"), { page }),
  version: (id: string, versionId: string) => api.get<VersionItem>(at(id, `/history/${versionId}`)),
  rollBack: (id: string, version_id: string, following: Following) =>
    follow<FunctionSource>(at(id, "/update/version"), { version_id }, following),
};

export const valvesApi = {
  read: (id: string) => api.get<Valves>(at(id, "/valves")),
  spec: (id: string) => api.get<ValvesSpec>(at(id, "/valves/spec")),
  update: (id: string, values: Valves) => api.post<Valves>(at(id, "/valves/update"), values),
};

export const examplesApi = {
  list: () => api.get<ExampleItem[]>("/api/v1/examples"),
  install: (ids: string[]) => api.post<FunctionItem[]>("/api/v1/examples/install", { ids }),
};

export interface ConnectionForm {
  url: string;
  name: string;
  prefix: string;
  key?: string;
  model_ids: string[];
}

export const connectionsApi = {
  list: () => api.get<Connection[]>("/api/v1/connections"),
  create: (form: ConnectionForm) => api.post<Connection>("/api/v1/connections", form),
  update: (id: string, form: Partial<ConnectionForm> & { enabled?: boolean }) =>
    api.post<Connection>(`/api/v1/connections/${id}`, form),
  delete: (id: string) => api.delete<boolean>(`/api/v1/connections/${id}`),
  test: (id: string) => api.post<ConnectionTest>(`/api/v1/connections/${id}/test`),
};

export interface AccountForm {
  name: string;
  email: string;
  role: Role;
  password: string;
}

export const peopleApi = {
  list: (query: string, page: number) =>
    api.get<{ users: Person[]; total: number }>("/api/v1/users/", { query, page }),
  all: () => api.get<{ users: Person[] }>("/api/v1/users/all"),
  add: (form: AccountForm) => api.post<Person>("/api/v1/auths/add", form),
  update: (id: string, changes: Partial<AccountForm>) =>
    api.post<Person>(`/api/v1/users/${id}/update`, changes),
  delete: (id: string) => api.delete<boolean>(`/api/v1/users/${id}`),
};

export interface GroupForm {
  name: string;
  description: string;
  user_ids: string[];
}

const GROUPS = "/api/v1/groups";

export const groupsApi = {
  list: () => api.get<Group[]>(`${GROUPS}/`),
  create: (form: GroupForm) => api.post<Group>(`${GROUPS}/create`, form),
  update: (id: string, form: GroupForm) => api.post<Group>(`${GROUPS}/id/${id}/update`, form),
  delete: (id: string) => api.delete<boolean>(`${GROUPS}/id/${id}/delete`),
};

export const modelsApi = {
  records: () => api.get<ModelRecord[]>("/api/v1/models/export"),
  create: (record: ModelRecord) => api.post<ModelRecord>("/api/v1/models/create", record),
  update: (record: ModelRecord) =>
    api.post<ModelRecord>("/api/v1/models/model/update", record, { query: { id: record.id } }),
  delete: (id: string) => api.post<boolean>("/api/v1/models/model/delete", { id }),
  /** Whether models without a record are for everybody. */
  arePublic: () => api.get<{ public: boolean }>("/api/v1/models/public"),
  setPublic: (open: boolean) => api.post<{ public: boolean }>("/api/v1/models/public", { public: open }),
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
  list: (query: RunQuery) => api.get<RunItem[]>("/api/v1/runs", { ...query }),
  get: (id: string) => api.get<RunItem>(`/api/v1/runs/${id}`),
  logs: (id: string) => api.get<RunLogLine[]>(`/api/v1/runs/${id}/logs`),
  timeline: (id: string) => api.get<Timeline>(`/api/v1/runs/${id}/timeline`),
  cancel: (id: string) => api.post(`/api/v1/runs/${id}/cancel`),
  again: (id: string) => api.post<{ run_id: string }>(`/api/v1/runs/${id}/again`),
};

export const environmentsApi = {
  list: () => api.get<EnvironmentItem[]>("/api/v1/environments"),
  collect: () => api.post<{ removed: EnvironmentItem[]; bytes: number }>("/api/v1/environments/collect"),
};

export const systemApi = {
  read: () => api.get<SystemState>("/api/v1/system"),
  endWorker: (pid: number) => api.post(`/api/v1/system/workers/${pid}/end`),
};
