import { expect, test } from "vitest";
import { sentences } from "./sentences";

test("hints read as sentences", () => {
  expect(sentences("How often", "From 0 to 10.", "")).toBe("How often. From 0 to 10.");
  expect(sentences("How often", false)).toBe("How often");
});
