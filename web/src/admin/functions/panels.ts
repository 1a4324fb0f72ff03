/** The dialogs about one function. */
export type Panel = "valves" | "models" | "access" | "rights" | "policy" | "versions";
export const PANELS: Panel[] = ["valves", "models", "access", "rights", "policy", "versions"];
