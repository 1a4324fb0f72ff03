/** What is known against a source, from wherever it comes, in one shape: for the gutter, the underline and the list. */
import type { Problem } from "$stores/admin/problem";
import { INIT } from "$stores/admin/source_file";
import type { Finding } from "../source_types";
import type { Caution } from "../types";

export type Severity = "error" | "warning" | "info";

export interface Mark {
  /** Of a package; empty for a function of one file. */
  file: string;
  line: number;
  column: number | null;
  endColumn: number | null;
  message: string;
  fix: string;
  severity: Severity;
}

/** One entry of the list of problems; without a line where it is about the whole. */
export type Remark = Omit<Mark, "line"> & { line: number | null };

/** Without doubts that loading has settled: those that the saved version still has are `cautions`. */
export function unsettled(findings: Finding[], cautions: Caution[]): Finding[] {
  const left = cautions.some(({ code }) => code === "unknown_import");
  return left ? findings : findings.filter(({ code }) => code !== "unknown_import");
}

const SEVERITIES: Severity[] = ["error", "warning", "info"];

export function remarksOf(findings: Finding[], several: boolean): Remark[] {
  return findings.map(({ file, line, column, end_column, message, fix, severity }) => ({
    file: several ? file || INIT : "",
    line,
    column,
    endColumn: end_column,
    message: withoutPlace(message),
    fix,
    severity: severity === "note" ? "info" : severity,
  }));
}

export function remarkOf({ file, line, column, message, hint }: Problem): Remark {
  return {
    file,
    line,
    column,
    endColumn: null,
    message: withoutPlace(message),
    fix: hint,
    severity: "error",
  };
}

/** Each thing once, what is worse first. */
export function joined(...lists: Remark[][]): Remark[] {
  const found = new Map<string, Remark>();
  for (const remark of lists.flat()) {
    const key = `${remark.file}:${remark.line}:${remark.message}`;
    if (!found.has(key)) found.set(key, remark);
  }
  const rank = ({ severity }: Remark) => SEVERITIES.indexOf(severity);
  return [...found.values()].sort((one, other) => rank(one) - rank(other));
}

/** A sentence with what it has in backticks as code. */
export const spans = (said: string): { text: string; code: boolean }[] =>
  said
    .split("`")
    .map((text, index) => ({ text, code: index % 2 === 1 }))
    .filter(({ text }) => text);

export const marksIn = (remarks: Remark[], file: string): Mark[] =>
  remarks.filter((remark): remark is Mark => remark.file === file && remark.line !== null);

/** The place stands beside the message, so it need not be in it. */
const withoutPlace = (message: string) => {
  const said = message.replace(/^(?:[^:,\s]+(?:, |: ))?line \d+(?:, column \d+)?: /, "");
  return said.charAt(0).toUpperCase() + said.slice(1);
};
