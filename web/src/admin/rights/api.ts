import { api } from "$lib/api/calls";
import { ApiError } from "$lib/api/client";
import type { Danger, RightsChange } from "./types";

const at = (function_id: string) => ({ path: { function_id } });

export const rightsApi = {
  read: (id: string) => api.get("/api/v1/functions/id/{function_id}/rights", at(id)),
  change: (id: string, change: RightsChange) =>
    api.post("/api/v1/functions/id/{function_id}/rights", { ...at(id), body: change }),
};

/** What has to be confirmed first, when that is why a change was refused. */
export function dangersOf(error: unknown): Danger[] {
  if (!(error instanceof ApiError) || error.code !== "needs_confirmation") return [];
  return Array.isArray(error.body.dangers) ? (error.body.dangers as Danger[]) : [];
}
