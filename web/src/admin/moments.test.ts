import { expect, test } from "vitest";
import { ago, span } from "./moments";

test.each([
  [0.0004, "0 ms"],
  [0.34, "340 ms"],
  [2.44, "2.4 s"],
  [42.4, "42 s"],
  [185, "3 min 5 s"],
  [7320, "2 h 2 min"],
])("%d seconds read as %s", (seconds, text) => expect(span(seconds)).toBe(text));

test.each([
  [3, "just now"],
  [120, "2 minutes ago"],
  [90_000, "yesterday"],
])("%d seconds back read as %s", (back, text) => expect(ago(1_000_000 - back, 1_000_000)).toBe(text));
