import { expect, it } from "vitest";
import { sourceViews } from "./sources";

it("joins passages of one source", () =>
  expect(
    sourceViews(
      [
        { source: { name: "A", url: "https://a.example" }, document: ["one"], metadata: [{}] },
        { source: { name: "A", url: "https://a.example" }, document: ["two", "one"] },
        { document: ["three"], metadata: [{ source: "notes.txt" }] },
      ],
      "Source",
    ),
  ).toEqual([
    { name: "A", url: "https://a.example", passages: ["one", "two"] },
    { name: "Source", url: "", passages: ["three"] },
  ]));
