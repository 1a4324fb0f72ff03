import { describe, expect, it } from "vitest";
import type { SettingItem, SettingTakes } from "../types";
import { accepted, measured, spelled, titleOf } from "./values";

const item = (takes: SettingTakes, more: Partial<SettingItem> = {}) =>
  ({ name: "run_deadline", secret: false, takes, ...more }) as SettingItem;

describe("settings as people read them", () => {
  it("names them", () => {
    expect(titleOf("run_deadline")).toBe("Run deadline");
    expect(titleOf("public_url")).toBe("Public address");
    expect(titleOf("budget_open_files")).toBe("Open files");
  });

  it.each([
    [600, "seconds", "10 minutes"],
    [3600, "seconds", "1 hour"],
    [90, "seconds", "90 seconds"],
    [1, "seconds", "1 second"],
    [30, "days", "30 days"],
    [33_554_432, "bytes", "32 MiB"],
    [1000, "bytes", "1000 bytes"],
    [20_000, undefined, "20,000"],
  ] as const)("writes %s %s", (value, unit, written) => {
    expect(measured(value, unit)).toBe(written);
  });

  it("spells values", () => {
    expect(spelled(item({ kind: "switch" }), true)).toBe("on");
    expect(spelled(item({ kind: "text" }), "")).toBe("not set");
    expect(spelled(item({ kind: "text" }, { secret: true }), true)).toBe("set");
    expect(spelled(item({ kind: "whole" }, { name: "port" }), 8080)).toBe("8080");
  });

  it("says what they take", () => {
    expect(accepted({ kind: "choice", choices: ["local", "ray"] })).toBe("`local` or `ray`");
    expect(accepted({ kind: "switch" })).toBe("`true` or `false`");
    expect(accepted({ kind: "number", unit: "seconds", above: 0 })).toBe("A number of seconds, more than 0");
    expect(accepted({ kind: "whole", unit: "bytes", least: 1024, most: 2048 })).toBe(
      "A whole number of bytes, at least 1 KiB, at most 2 KiB",
    );
  });
});
