import { expect, it } from "vitest";
import { loadableIcon } from "./icons";

it.each([
  ["data:image/svg+xml;base64,AAAA", true],
  ["/static/icon.png", true],
  ["https://example.org/icon.png", false],
  ["//example.org/icon.png", false],
  ["javascript:alert(1)", false],
  ["", false],
  [undefined, false],
])("%s", (url, loads) => expect(loadableIcon(url) !== null).toBe(loads));
