/** Which of the outer views a visitor gets, and where an address that does not fit leads. */
import type { Config, SessionUser } from "./types";

export interface Visitor {
  config: Config | null;
  user: SessionUser | null;
}

export interface Landing {
  view: "setup" | "sign-in" | "sign-up" | "pending" | "inside" | "none";
  redirect?: string;
}

const OUTSIDE = new Set(["/auth", "/auth/new", "/setup"]);

export function landing(path: string, visitor: Visitor): Landing {
  if (visitor.config?.onboarding)
    return path === "/setup" ? { view: "setup" } : { view: "none", redirect: "/setup" };
  if (!visitor.user) {
    if (path === "/auth") return { view: "sign-in" };
    if (path === "/auth/new") return { view: "sign-up" };
    return { view: "none", redirect: "/auth" };
  }
  if (OUTSIDE.has(path)) return { view: "none", redirect: "/" };
  if (visitor.user.role === "pending") return { view: "pending" };
  return { view: "inside" };
}
