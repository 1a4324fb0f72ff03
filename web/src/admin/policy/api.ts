/** What becomes of an answer when a filter fails: `/api/v1/functions/id/{id}/policy`. */
import { api, type Schemas } from "$lib/api/calls";

export const CHOICES = ["skip", "fail", "block"] as const;
export const HOOKS = ["stream", "outlet"] as const;
export type OnError = (typeof CHOICES)[number];

export type Policy = Schemas["Policy"];

export type PolicyChange = Pick<Policy, "stream" | "outlet" | "tasks">;

const at = (function_id: string) => ({ path: { function_id } });

export const policyApi = {
  read: (id: string) => api.get("/api/v1/functions/id/{function_id}/policy", at(id)),
  change: (id: string, change: PolicyChange) =>
    api.post("/api/v1/functions/id/{function_id}/policy", { ...at(id), body: change }),
};

/** What is in force where nobody decides. */
export function fallbackOf(policy: Policy): Policy["effective"] {
  return { stream: "skip", outlet: "skip", tasks: false, ...policy.proposed };
}

/** What was chosen, as a decision: null where it is what the author proposes anyway. */
export function decisionOf(chosen: Policy["effective"], policy: Policy): PolicyChange {
  const fallback = fallbackOf(policy);
  return {
    stream: chosen.stream === fallback.stream ? null : chosen.stream,
    outlet: chosen.outlet === fallback.outlet ? null : chosen.outlet,
    tasks: chosen.tasks === fallback.tasks ? null : chosen.tasks,
  };
}
