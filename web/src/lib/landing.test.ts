import { describe, expect, it } from "vitest";
import { landing } from "./landing";
import type { Config, SessionUser } from "./types";

const config: Config = { name: "Penstock", version: "1", signed_in: false, features: {} };
const user: SessionUser = { id: "u", name: "U", email: "u@example.org", role: "user", profile_image_url: "" };

describe("landing", () => {
  it.each([
    ["/", { config: { ...config, onboarding: true }, user: null }, { view: "none", redirect: "/setup" }],
    ["/setup", { config: { ...config, onboarding: true }, user: null }, { view: "setup" }],
    ["/c/1", { config, user: null }, { view: "none", redirect: "/auth" }],
    ["/auth", { config, user: null }, { view: "sign-in" }],
    ["/auth/new", { config, user: null }, { view: "sign-up" }],
    ["/auth", { config, user }, { view: "none", redirect: "/" }],
    ["/c/1", { config, user }, { view: "inside" }],
    ["/c/1", { config, user: { ...user, role: "pending" as const } }, { view: "pending" }],
  ])("%s", (path, visitor, expected) => {
    expect(landing(path, visitor)).toEqual(expected);
  });
});
