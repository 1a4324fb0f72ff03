import { api, type Schemas } from "$lib/api/calls";

/** Who may use something; null is everybody. */
export type Access = { read: { user_ids: string[]; group_ids: string[]; role_ids?: string[] } };

export type Rule = Schemas["WhyRule"];

export type Why = Schemas["Why"];

export type Group = Schemas["GroupItem"];

const at = (function_id: string) => ({ path: { function_id } });

export const accessApi = {
  read: (id: string) => api.get("/api/v1/functions/id/{function_id}/access", at(id)),
  update: (id: string, access_control: Access | null) =>
    api.post("/api/v1/functions/id/{function_id}/access", { ...at(id), body: { access_control } }),
  why: (id: string, user_id: string, model_id: string) =>
    api.get("/api/v1/functions/id/{function_id}/why", { ...at(id), query: { user_id, model_id } }),
  groups: () => api.get("/api/v1/groups/"),
  people: () => api.get("/api/v1/users/all"),
  models: () => api.get("/api/models"),
};
