import { describe, expect, it } from "vitest";
import { applyEvent } from "./events";
import type { ChatMessage } from "./types";

const blank: ChatMessage = { id: "m", parentId: null, childrenIds: [], role: "assistant", content: "" };
const play = (start: Partial<ChatMessage>, ...events: [string, unknown][]) =>
  events.reduce((message, [type, data]) => applyEvent(message, type, data), { ...blank, ...start });

describe("text", () => {
  it.each<[string, [string, unknown][], string]>([
    [
      "appends deltas",
      [
        ["message", { content: "a" }],
        ["chat:message:delta", { content: "b" }],
      ],
      "xab",
    ],
    ["takes a plain string", [["message", "a"]], "xa"],
    ["replaces", [["replace", { content: "new" }]], "new"],
    ["joins multimodal parts", [["chat:message", { content: [{ type: "text", text: "a" }, "b"] }]], "ab"],
    ["appends choices", [["chat:completion", { choices: [{ delta: { content: "a" } }] }]], "xa"],
    [
      "lets content win over choices",
      [["chat:completion", { content: "whole", choices: [{ delta: { content: "a" } }] }]],
      "whole",
    ],
    [
      "ignores a delta without content",
      [["chat:completion", { choices: [{ delta: {} }], done: false }]],
      "x",
    ],
    [
      "survives null",
      [
        ["message", null],
        ["chat:completion", undefined],
      ],
      "x",
    ],
  ])("%s", (_name, events, expected) => expect(play({ content: "x" }, ...events).content).toBe(expected));
});

it("collects what a model thinks", () => {
  const thought = (text: string): [string, unknown] => [
    "chat:completion",
    { choices: [{ delta: { reasoning_content: text } }] },
  ];
  expect(play({}, thought("a"), thought("b"))).toMatchObject({ reasoning: "ab", content: "" });
});

it("keeps what was replaced", () => {
  expect(play({}, ["chat:message", { content: "b", originalContent: "a" }]).originalContent).toBe("a");
});

it("knows the end of a completion", () => {
  expect(play({ done: false }, ["chat:completion", { done: true, usage: { total: 3 } }])).toMatchObject({
    done: true,
    usage: { total: 3 },
  });
});

it("keeps the history of statuses", () => {
  const message = play({}, ["status", { description: "a", done: false }], ["status", "b"]);
  expect(message.statusHistory).toEqual([{ description: "a", done: false }, { description: "b" }]);
});

describe("progress", () => {
  it("moves one bar", () => {
    const message = play(
      {},
      ["progress", { progress: 10 }],
      ["progress", { percent: "60%" }],
      ["progress", 100],
    );
    expect(message.statusHistory).toHaveLength(1);
    expect(message.statusHistory?.[0]).toMatchObject({ progress: 100, done: true });
  });

  it("keeps bars with different ids apart", () => {
    const message = play(
      {},
      ["progress", { id: "a", progress: 10 }],
      ["progress", { id: "b", progress: 20 }],
    );
    expect(message.statusHistory).toHaveLength(2);
  });
});

describe("lists", () => {
  it.each<[string, "files" | "embeds" | "output", [string, unknown][], unknown[]]>([
    ["files by key", "files", [["files", { files: [{ id: "1" }] }]], [{ id: "1" }]],
    ["a bare list", "files", [["chat:message:files", [{ id: "1" }]]], [{ id: "1" }]],
    ["one item", "embeds", [["embeds", "<p>"]], ["<p>"]],
    [
      "once per id",
      "files",
      [
        ["files", [{ id: "1" }]],
        ["files", [{ id: "1", name: "n" }]],
      ],
      [{ id: "1", name: "n" }],
    ],
    [
      "replace",
      "embeds",
      [
        ["embeds", { embeds: ["a"] }],
        ["embeds", { embeds: ["b"], replace: true }],
      ],
      ["b"],
    ],
    [
      "output items",
      "output",
      [["action:output", { items: [{ id: "1", kind: "text" }] }]],
      [{ id: "1", kind: "text" }],
    ],
    ["empty object", "files", [["files", {}]], []],
  ])("%s", (_name, field, events, expected) => expect(play({}, ...events)[field] ?? []).toEqual(expected));
});

it("collects sources and code executions", () => {
  const message = play(
    {},
    ["source", { source: { name: "a" } }],
    ["citation", { type: "code_execution", id: "1", result: null }],
    ["citation", { type: "code_execution", id: "1", result: 2 }],
  );
  expect(message.sources).toHaveLength(1);
  expect(message.code_executions).toEqual([{ type: "code_execution", id: "1", result: 2 }]);
});

it("shows errors in one shape", () => {
  expect(play({}, ["chat:message:error", { error: { detail: "No." } }])).toMatchObject({
    error: { content: "No." },
    done: true,
  });
  expect(play({}, ["chat:message:error", "No."]).error).toEqual({ content: "No." });
  expect(play({}, ["chat:completion", { error: { message: "No." } }]).done).toBe(true);
});

it("merges what an action gave", () => {
  const message = play({}, [
    "chat:message:merge",
    { changes: { content: "new", originalContent: "old", id: "other" } },
  ]);
  expect(message).toMatchObject({ id: "m", content: "new", originalContent: "old" });
});

it("leaves the message alone for other events", () => {
  const message = { ...blank };
  expect(applyEvent(message, "notification", { content: "x" })).toBe(message);
  expect(applyEvent(message, "my:own", {})).toBe(message);
});
