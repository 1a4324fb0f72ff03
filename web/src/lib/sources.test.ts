import { expect, it } from "vitest";
import { sourceViews } from "./sources";
import type { SourceItem } from "./types";

const views = (...items: SourceItem[]) => sourceViews(items, "Source");
const passage = (text: string, page: number | null = null) => ({ text, page });

it("joins passages of one source", () =>
  expect(
    views(
      { source: { name: "A", url: "https://a.example" }, document: ["one"], metadata: [{}] },
      { source: { name: "A", url: "https://a.example" }, document: ["two", "one"] },
      { document: ["three"], metadata: [{ source: "notes.txt", page: 0 }] },
    ),
  ).toEqual([
    { name: "A", url: "https://a.example", passages: [passage("one"), passage("two")] },
    { name: "notes.txt", url: "", passages: [passage("three", 1)] },
  ]));

it("tells the documents of one search apart", () =>
  expect(
    views({
      source: { name: "water wheels" },
      document: ["one", "two", "three"],
      metadata: [
        { source: "https://a.example" },
        { source: "b", name: "B" },
        { source: "https://a.example" },
      ],
    }),
  ).toEqual([
    { name: "https://a.example", url: "https://a.example", passages: [passage("one"), passage("three")] },
    { name: "B", url: "", passages: [passage("two")] },
  ]));

const broken = { source: "y", document: [7] } as unknown as SourceItem;

it("takes what is broken for what it says", () =>
  expect(views({}, { document: null, metadata: "x" } as unknown as SourceItem, broken)).toEqual([
    { name: "Source", url: "", passages: [passage("7")] },
  ]));
