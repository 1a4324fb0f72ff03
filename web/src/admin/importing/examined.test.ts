import { expect, test } from "vitest";
import { granting, proposals, type Examined } from "./examined";

const asking = (...rights: string[]): Examined => ({
  kind: "action",
  works: true,
  needs: {
    requirements: [],
    implied: [],
    hosts: [],
    environment: [],
    rights: rights.map((right) => ({ right, why: "", line: null })),
  },
  findings: [],
  files: [],
});

test("only what goes beyond the usual rights is proposed", () => {
  const found = proposals(asking("network", "hosts: localhost:11434", "data: all", "page_script"));
  expect(found.map(({ change }) => change)).toEqual([
    { hosts: ["localhost:11434"] },
    { data: "all" },
    { page_script: true },
  ]);
});

test("hosts are added to those that are allowed already", () => {
  const [one, other] = proposals(asking("hosts: a.local", "hosts: b.local"));
  expect(granting([one!, other!], ["b.local", "c.local"])).toEqual({
    hosts: ["b.local", "c.local", "a.local"],
    confirm: true,
  });
  expect(granting(proposals(asking("data: all")), ["c.local"])).toEqual({ data: "all", confirm: true });
});
