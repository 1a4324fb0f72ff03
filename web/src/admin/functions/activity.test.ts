import { expect, test } from "vitest";
import type { FunctionItem } from "../types";
import { errorRate, inOrder, isOutdated, percent, stands, type Activity } from "./activity";

const item = (id: string, more: Partial<FunctionItem> = {}) =>
  ({
    id,
    name: id,
    is_active: true,
    state: "ready",
    version_id: "1",
    updated_at: 0,
    ...more,
  }) as FunctionItem;
const activity = (more: Partial<Activity> = {}): Activity => ({
  version_id: "1",
  is_active: true,
  state: "ready",
  building: false,
  running: 0,
  recent: 0,
  failed: 0,
  last_run_at: null,
  models: null,
  ...more,
});

test("a rate is of runs that there were, and never nought for what failed", () => {
  expect(errorRate(activity())).toBeNull();
  expect(errorRate(activity({ recent: 50, failed: 6 }))).toBe(0.12);
  expect([0, 0.001, 0.12, 1].map(percent)).toEqual(["0%", "1%", "12%", "100%"]);
});

test("a function may stand in several ways", () => {
  const broken = item("a", { is_active: false, state: "quarantined" });
  expect(stands(broken, undefined, "off")).toBe(true);
  expect(stands(broken, undefined, "broken")).toBe(true);
  expect(stands(broken, undefined, "paused")).toBe(false);
  expect(stands(item("a"), activity({ recent: 2, failed: 1 }), "failing")).toBe(true);
  expect(stands(item("a"), activity({ building: true }), "building")).toBe(true);
});

test("what failed most comes first, what never ran last, the same by name", () => {
  const items = ["d", "c", "b", "a"].map((id) => item(id));
  const told = {
    a: activity(),
    b: activity({ recent: 2, failed: 1 }),
    c: activity({ recent: 2 }),
    d: activity({ recent: 2, last_run_at: 9 }),
  };
  expect(inOrder(items, told, "errors").map(({ id }) => id)).toEqual(["b", "c", "d", "a"]);
  expect(inOrder(items, told, "used").map(({ id }) => id)).toEqual(["d", "a", "b", "c"]);
  expect(inOrder(items, told, "name").map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
});

test("a list is outdated when somebody else changed something", () => {
  expect(isOutdated([item("a")], { a: activity() })).toBe(false);
  expect(isOutdated([item("a")], { a: activity({ version_id: "2" }) })).toBe(true);
  expect(isOutdated([item("a")], { a: activity({ state: "crashing" }) })).toBe(true);
  expect(isOutdated([item("a")], {})).toBe(true);
});
