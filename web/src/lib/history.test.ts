import { describe, expect, it } from "vitest";
import { chainTo, leafBelow, linked, siblings, subtree } from "./history";
import type { ChatMessage } from "./types";

const message = (id: string, parentId: string | null, childrenIds: string[] = []): ChatMessage => ({
  id,
  parentId,
  childrenIds,
  role: "user",
  content: id,
});
const tree = linked({
  q: message("q", null, ["a1", "a2"]),
  a1: message("a1", "q", ["q2"]),
  a2: message("a2", "q"),
  q2: message("q2", "a1"),
  a3: message("a3", "q2"),
});

describe("history", () => {
  it("walks from root to leaf", () =>
    expect(chainTo(tree, "a3").map((item) => item.id)).toEqual(["q", "a1", "q2", "a3"]));
  it("survives nothing and strangers", () =>
    expect([chainTo(tree, null), chainTo(tree, "x")]).toEqual([[], []]));
  it("links what a parent forgot", () => expect(tree.get("q2")?.childrenIds).toEqual(["a3"]));
  it("knows siblings", () => expect(siblings(tree, tree.get("a2") as ChatMessage)).toEqual(["a1", "a2"]));
  it("knows roots as siblings", () => expect(siblings(tree, tree.get("q") as ChatMessage)).toEqual(["q"]));
  it("finds the newest leaf", () =>
    expect([leafBelow(tree, "a1"), leafBelow(tree, "q")]).toEqual(["a3", "a2"]));
  it("collects a subtree", () => expect(subtree(tree, "a1").sort()).toEqual(["a1", "a3", "q2"]));
  it("ends on circles", () => {
    const circle = linked({ a: message("a", "b"), b: message("b", "a") });
    expect(chainTo(circle, "a")).toHaveLength(2);
    expect(["a", "b"]).toContain(leafBelow(circle, "a"));
  });
});
