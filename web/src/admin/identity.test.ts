import { expect, test } from "vitest";
import { frontmatter, identifier, identityOf, isIdentifier } from "./identity";

const SOURCE = `# a comment
"""
title: Ask twice!
author: Ada
description: Asks, and asks again: politely
requirements: httpx, pandas==2.2
"""
class Action: ...
`;

test("the docstring says who a function is", () => {
  expect(frontmatter(SOURCE)).toEqual({
    title: "Ask twice!",
    author: "Ada",
    description: "Asks, and asks again: politely",
    requirements: "httpx, pandas==2.2",
  });
  expect(frontmatter("import os\n")).toEqual({});
});

test.each([
  ["Ask twice!", "ask_twice"],
  ["  Über-Tool ", "uber_tool"],
  ["2nd try", "_2nd_try"],
  ["___", ""],
])("%s makes the id %s", (text, id) => expect(identifier(text)).toBe(id));

test("the title comes before the file name", () => {
  expect(identityOf(SOURCE, "x.py")).toMatchObject({ id: "ask_twice", name: "Ask twice!" });
  expect(identityOf("class Pipe: ...", "folder/my-pipe.py")).toMatchObject({
    id: "my_pipe",
    name: "my-pipe",
  });
});

test("ids are Python identifiers", () => {
  expect(isIdentifier("a_1")).toBe(true);
  expect(isIdentifier("1a")).toBe(false);
  expect(isIdentifier("a-b")).toBe(false);
});
