/** Which runs are looked for; the address of the page says so too. */
export const FILTERS = ["function", "state", "user", "trigger", "hook", "time"] as const;
export type RunFilter = Record<(typeof FILTERS)[number], string>;

export const NOTHING: RunFilter = { function: "", state: "", user: "", trigger: "", hook: "", time: "" };

/** The page of the runs that fit. */
export function addressOf(filter: RunFilter): string {
  const query = new URLSearchParams(Object.entries(filter).filter((entry) => entry[1] !== "")).toString();
  return query ? `/admin/runs?${query}` : "/admin/runs";
}
