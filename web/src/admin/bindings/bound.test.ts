import { expect, test } from "vitest";
import type { FunctionItem, ModelRecord } from "../types";
import { boundTo, withBinding } from "./bound";

const action = { id: "tools", kind: "action", buttons: [{ id: "tools.a", name: "A" }] } as FunctionItem;
const filter = { id: "brief", kind: "filter", buttons: [] as FunctionItem["buttons"] } as FunctionItem;
const record = (meta: ModelRecord["meta"]): ModelRecord => ({
  id: "m",
  base_model_id: null,
  name: "M",
  params: {},
  meta,
  access_control: null,
  is_active: true,
});

test("a model has an action, some of its buttons, or none", () => {
  expect(boundTo(action, { actionIds: ["tools"] })).toBe("all");
  expect(boundTo(action, { actionIds: ["tools.a"] })).toBe("some");
  expect(boundTo(action, { filterIds: ["tools"] })).toBe("none");
  expect(boundTo(filter, undefined)).toBe("none");
});

test("what else stands in the record stays", () => {
  const given = record({
    description: "x",
    actionIds: ["other", "tools.a"],
    automaticActionIds: ["tools.a", "other"],
  });
  const on = withBinding(given, action, true);
  expect(on.meta).toEqual({ ...given.meta, actionIds: ["other", "tools"] });
  const off = withBinding(on, action, false);
  expect(off.meta).toEqual({ description: "x", actionIds: ["other"], automaticActionIds: ["other"] });
});

test("a filter that is taken away is no longer on at the start", () => {
  const given = record({ filterIds: ["brief"], defaultFilterIds: ["brief"] });
  expect(withBinding(given, filter, false).meta).toEqual({ filterIds: [], defaultFilterIds: [] });
});
