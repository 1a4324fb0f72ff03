import { ApiError, api } from "$lib/api/client";
import type { Danger, Rights, RightsChange } from "./types";

const at = (id: string) => `/api/v1/functions/id/${encodeURIComponent(id)}/rights`;

export const rightsApi = {
  read: (id: string) => api.get<Rights>(at(id)),
  change: (id: string, change: RightsChange) => api.post<Rights>(at(id), change),
};

/** What has to be confirmed first, when that is why a change was refused. */
export function dangersOf(error: unknown): Danger[] {
  if (!(error instanceof ApiError) || error.code !== "needs_confirmation") return [];
  return Array.isArray(error.body.dangers) ? (error.body.dangers as Danger[]) : [];
}
