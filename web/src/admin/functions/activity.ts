/** What functions do just now and did lately, and how a list puts them in order by it. */
import type { Schemas } from "$lib/api/calls";
import type { FunctionItem, FunctionState } from "../types";

/** Of the latest runs that have ended: `recent` there were, `failed` failed. `models` null: all models. */
export type Activity = Schemas["Activity"];

export type Activities = Record<string, Activity>;
export type Standing = "on" | "off" | "broken" | "paused" | "setup" | "building" | "failing";
export type Order = "name" | "used" | "errors" | "changed";

export const STANDINGS: Standing[] = ["on", "off", "broken", "paused", "setup", "building", "failing"];
export const ORDERS: Order[] = ["name", "used", "errors", "changed"];
const BROKEN: FunctionState[] = ["failed", "quarantined", "needs_packages"];

/** Share of the latest runs that failed; null where there was none. */
export function errorRate(activity: Activity | undefined): number | null {
  return activity?.recent ? activity.failed / activity.recent : null;
}

/** "0%", "12%"; never 0% for what failed once. */
export function percent(rate: number): string {
  return `${rate > 0 ? Math.max(1, Math.round(rate * 100)) : 0}%`;
}

export function stands(item: FunctionItem, activity: Activity | undefined, standing: Standing): boolean {
  const is: Record<Standing, boolean> = {
    on: item.is_active,
    off: !item.is_active,
    broken: BROKEN.includes(item.state),
    paused: item.state === "crashing",
    setup: item.state === "needs_configuration",
    building: activity?.building === true,
    failing: (errorRate(activity) ?? 0) > 0,
  };
  return is[standing];
}

export function inOrder(items: FunctionItem[], activities: Activities, order: Order): FunctionItem[] {
  const weight: Record<Exclude<Order, "name">, (item: FunctionItem) => number> = {
    used: ({ id }) => activities[id]?.last_run_at ?? 0,
    errors: ({ id }) => errorRate(activities[id]) ?? -1,
    changed: ({ updated_at }) => updated_at,
  };
  const by = order === "name" ? () => 0 : weight[order];
  return [...items].sort((one, other) => by(other) - by(one) || one.name.localeCompare(other.name));
}

/** Whether the list of functions is older than what was told of their activity. */
export function isOutdated(items: FunctionItem[], activities: Activities): boolean {
  if (items.length !== Object.keys(activities).length) return true;
  return items.some((item) => {
    const told = activities[item.id];
    return (
      !told ||
      told.version_id !== item.version_id ||
      told.is_active !== item.is_active ||
      told.state !== item.state
    );
  });
}
