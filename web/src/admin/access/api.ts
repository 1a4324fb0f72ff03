import { api } from "$lib/api/client";
import type { Person } from "../types";

/** Who may use something; null is everybody. */
export interface Access {
  read: { user_ids: string[]; group_ids: string[]; role_ids?: string[] };
}

export interface Rule {
  code: string;
  passed: boolean;
  said: string;
}

export interface Why {
  here: boolean;
  rule: string | null;
  said: string;
  rules: Rule[];
}

export interface Group {
  id: string;
  name: string;
  description: string;
  user_ids: string[];
  member_count: number;
}

const at = (id: string, rest: string) => `/api/v1/functions/id/${encodeURIComponent(id)}/${rest}`;

export const accessApi = {
  read: (id: string) => api.get<{ access_control: Access | null }>(at(id, "access")),
  update: (id: string, access_control: Access | null) => api.post(at(id, "access"), { access_control }),
  why: (id: string, user_id: string, model_id: string) => api.get<Why>(at(id, "why"), { user_id, model_id }),
  groups: () => api.get<Group[]>("/api/v1/groups/"),
  people: () => api.get<{ users: Person[] }>("/api/v1/users/all"),
  models: () => api.get<{ data: { id: string; name: string }[] }>("/api/models"),
};
