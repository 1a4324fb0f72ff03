import { expect, test } from "vitest";
import { entry } from "./refused";

test.each([
  [{ host: "example.com", port: 443 }, "example.com:443"],
  [{ host: "10.0.0.5", port: 80 }, "10.0.0.5:80"],
  [{ host: "fd00::1", port: 80 }, "[fd00::1]:80"],
  [{ host: "db.internal", port: 0 }, "db.internal"],
])("%o is granted as %s", (host, granted) => {
  expect(entry({ ...host, reason: "", count: 1 })).toBe(granted);
});
