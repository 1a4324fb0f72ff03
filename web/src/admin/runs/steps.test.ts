import { expect, test } from "vitest";
import { headline, isBad } from "./steps";

test.each([
  [{ kind: "event", name: "status", data: { description: "Half  of it" } }, "Half of it"],
  [{ kind: "event", name: "message", data: { content: "x" }, count: 3 }, "3 pieces"],
  [{ kind: "question", name: "input", data: { title: "Name?", message: "Yours" } }, "Name?"],
  [{ kind: "call", name: "users.get", arguments: { user_id: "u", full: true } }, "user_id: u, full: true"],
  [{ kind: "event", name: "odd", data: 7 }, ""],
] as const)("%o reads as %s", (step, said) => {
  expect(headline({ time: 0, ...step })).toBe(said);
});

test("what failed and what nobody answered stands out", () => {
  expect(isBad({ kind: "call", name: "a", time: 0, error: "No." })).toBe(true);
  expect(isBad({ kind: "question", name: "a", time: 0, state: "expired" })).toBe(true);
  expect(isBad({ kind: "question", name: "a", time: 0, state: "answered" })).toBe(false);
});
