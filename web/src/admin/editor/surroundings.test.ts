import { expect, test } from "vitest";
import { surroundingsOf } from "./surroundings";

const CLASS = "class Action:\n    async def action(self, body, __event_emitter__=None):\n        ";

test.each([
  ['"""\ntitle: A\nver', { at: "header", typed: "ver" }],
  ['"""\ntitle: A\n"""\nfrom open_webui.mod', { at: "module", typed: "open_webui.mod" }],
  ["from penstock import k", { at: "name", module: "penstock", typed: "k" }],
  [
    "from open_webui.models.users import Users, U",
    { at: "name", module: "open_webui.models.users", typed: "U" },
  ],
  ["class Action:\n    def action(self, body, __ev", { at: "argument", typed: "__ev", hook: "action" }],
  [`${CLASS}await __event_emitter__({"type": "sta`, { at: "event", typed: "sta", asks: false }],
  [`${CLASS}await __event_call__({"type": "`, { at: "event", typed: "", asks: true }],
  [
    `${CLASS}await __event_emitter__({"type": "status", "data": {"de`,
    { at: "data", typed: "de", type: "status" },
  ],
  [`${CLASS}f({"type": "status", "data": {"a": 1, "`, { at: "data", typed: "", type: "status" }],
  [
    "class Filter:\n    def inlet(self, body):\n        return body\n\n    async def o",
    { at: "hook", kind: "filter" },
  ],
  ["class Pipe:\n    pi", { at: "hook", typed: "pi", indent: "    ", kind: "pipe" }],
  ["Users.get", { at: "method", of: "Users", typed: "get" }],
  ['        key: str = Field(default="", desc', { at: "field", typed: "desc" }],
  ['Field("", json_schema_extra={"input": {"type": "pass', { at: "input", typed: "pass" }],
])("%s", (before, expected) => expect(surroundingsOf(before)).toMatchObject(expected));

test.each([
  'f({"type": "status", "data": {"a": 1}, "',
  "x = 1\ny",
  "class Pipe:\n    def pipe(self):\n        x = {\n            y",
  'name = Field(default="',
])("nothing is offered in %s", (before) => expect(surroundingsOf(before)).toBeNull());
