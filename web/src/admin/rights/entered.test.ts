import { expect, test } from "vitest";
import { amount, changesOf, enteredOf, unreadable, valueOf } from "./entered";
import type { Bound, Decided, Rights } from "./types";

const MIB = 2 ** 20;
const bytes: Bound = { least: 0, most: 1024 * MIB, unit: "bytes" };
const count: Bound = { least: 0, most: 100, unit: "" };
const decided: Decided = {
  profile: "standard",
  hosts: ["10.0.0.1"],
  data: "user",
  page_script: false,
  budget: { memory: 64 * MIB, queue: null },
};
const rights: Rights = {
  ...decided,
  defaults: decided,
  effective: decided,
  bounds: { memory: bytes, queue: count },
  updated_at: null,
  updated_by: null,
};

test("bytes are entered in MiB, everything else as it is", () => {
  expect(amount(1.5 * MIB, bytes)).toBe("1.5");
  expect(amount(7, count)).toBe("7");
  expect(amount(null, bytes)).toBe("");
  expect(valueOf(" 1.5 ", bytes)).toBe(1.5 * MIB);
  expect(valueOf("", count)).toBeNull();
  expect(valueOf("many", count)).toBeUndefined();
});

test("what was not changed is not sent", () => {
  const entered = enteredOf(rights);
  expect(changesOf(entered, rights)).toEqual({});
  expect(changesOf({ ...entered, hosts: ["10.0.0.1", " "] }, rights)).toEqual({});
});

test("changes are sent with what goes back to the default as null", () => {
  const entered = enteredOf(rights);
  const next = {
    ...entered,
    profile: "closed" as const,
    hosts: [],
    data: "all" as const,
    page_script: true,
    budget: { memory: "", queue: "5" },
  };
  expect(changesOf(next, rights)).toEqual({
    profile: "closed",
    hosts: [],
    data: "all",
    page_script: true,
    budget: { memory: null, queue: 5 },
  });
});

test("texts that are no numbers are named", () => {
  expect(unreadable({ ...enteredOf(rights), budget: { memory: "much", queue: "" } }, rights)).toEqual([
    "memory",
  ]);
});
