/** What a step of a run is called, and what more there is to see of it. */
import { words } from "../texts";
import type { RunStep } from "../types";

const text = words.runs.steps;
const SHORT = 160;

function field(data: unknown, ...names: string[]): string {
  if (typeof data === "string") return data;
  if (!data || typeof data !== "object") return "";
  const fields = data as Record<string, unknown>;
  const found = names.map((name) => fields[name]).find((value) => typeof value === "string" && value !== "");
  return (found as string | undefined) ?? "";
}

/** One line about it: what an author or a person would recognise. */
export function headline(step: RunStep): string {
  const said = field(
    step.data,
    "description",
    "title",
    "message",
    "content",
    "label",
    "placeholder",
    "name",
  ).replace(/\s+/g, " ");
  if (step.kind === "call") return calledWith(step);
  if (step.count && step.count > 1) return text.pieces(step.count);
  return said.length > SHORT ? `${said.slice(0, SHORT)}…` : said;
}

function calledWith(step: RunStep): string {
  return Object.entries(step.arguments ?? {})
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
}

/** Whether it went wrong, or nobody answered. */
export function isBad(step: RunStep): boolean {
  return Boolean(step.error) || step.state === "expired";
}
