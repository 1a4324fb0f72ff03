/** What a setting is worth and which values it takes, as people read it. */
import { words } from "../texts";
import type { SettingItem, SettingTakes } from "../types";

const TIMES: [number, keyof typeof words.settings.times][] = [
  [86_400, "day"],
  [3600, "hour"],
  [60, "minute"],
];
const SIZES = ["bytes", "KiB", "MiB", "GiB", "TiB"];

/** "run_deadline" as "Run deadline", where it has no better name. */
export function titleOf(name: string): string {
  const plain = name.replace(/^budget_/, "").replaceAll("_", " ");
  return words.settings.names[name] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

export function variableOf(name: string): string {
  return `PENSTOCK_${name.toUpperCase()}`;
}

export function measured(value: number, unit: SettingTakes["unit"]): string {
  if (unit === "bytes") return size(value);
  if (unit === "seconds") return time(value);
  return unit === "days" ? words.settings.times.day(value) : value.toLocaleString("en");
}

function time(seconds: number): string {
  const fit = TIMES.find(([length]) => seconds >= length && seconds % length === 0);
  return fit ? words.settings.times[fit[1]](seconds / fit[0]) : words.settings.times.second(seconds);
}

function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${Number(value.toFixed(1))} ${SIZES[unit]}`;
}

/** The value as words; an empty one is "not set". */
export function spelled(item: SettingItem, value: unknown): string {
  const text = words.settings;
  if (item.secret) return value ? text.isSet : text.notSet;
  if (typeof value === "boolean") return value ? text.on : text.off;
  if (value === null || value === undefined || value === "") return text.notSet;
  return typeof value === "number" && item.name !== "port" ? measured(value, item.takes.unit) : String(value);
}

/** Which values it takes: "A number of seconds, more than 0". */
export function accepted({ kind, choices, unit, least, above, most, examples }: SettingTakes): string {
  const text = words.settings.takes;
  if (kind === "choice") return text.choice(choices ?? []);
  if (kind === "switch" || kind === "path") return text[kind];
  if (kind === "text") return examples ? text.choice(examples) : text.text;
  const said = (value: number) =>
    unit === "bytes" && value ? measured(value, unit) : value.toLocaleString("en");
  const bounds = [
    above !== undefined && text.above(said(above)),
    least !== undefined && text.least(said(least)),
    most !== undefined && text.most(said(most)),
  ].filter(Boolean);
  return [text.number(unit, kind === "whole"), ...bounds].join(", ");
}

/** A sentence in pieces, every second of which stood between backticks. */
export function pieces(sentence: string): string[] {
  return sentence.split("`");
}
