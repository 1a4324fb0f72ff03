/** Valves as a form sees them: what is set, what is the default, what is missing, what is secret. */
import { initialValue, type FormField, type Schema } from "$lib/schema";
import { words } from "../texts";
import type { Valves } from "../types";

/** Stands for a stored secret; sent back, it leaves the secret as it is. */
export const MASK = "********";

const text = words.valves;

export function isSet(values: Valves, name: string): boolean {
  return values[name] !== undefined && values[name] !== null;
}

/** What the control shows: what is set, else what the function would use. */
export function shownValue(field: FormField, values: Valves, root: Schema): unknown {
  if (!isSet(values, field.name)) return initialValue(field, root);
  const value = values[field.name];
  return field.control === "password" && value === MASK ? "" : value;
}

export function needsValue(field: FormField, values: Valves): boolean {
  return field.required && !isSet(values, field.name);
}

/** A field's default in words; empty where there is none worth saying. */
export function defaultText(field: FormField): string {
  const value = field.schema.default;
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? text.on : text.off;
  if (value === "") return text.empty;
  if (typeof value === "object") return JSON.stringify(value);
  return field.choices.find((choice) => choice.value === value)?.label ?? String(value);
}

/** How to speak of the value that a field has without one of its own. */
export function originWords(layer: string | undefined) {
  if (layer === undefined) return { label: text.isDefault, reset: text.useDefault, value: text.default };
  const label = layer === "global" ? text.layer.asForAll : text.isDefault;
  return { label, reset: text.layer.reset, value: layer === "global" ? text.layer.value : text.default };
}

/** What a number must keep to. */
export function bounds(schema: Schema): string {
  const low = schema.minimum;
  const high = schema.maximum;
  if (low !== undefined && high !== undefined) return text.between(String(low), String(high));
  return [
    low !== undefined && text.atLeast(String(low)),
    schema.exclusiveMinimum !== undefined && text.above(String(schema.exclusiveMinimum)),
    high !== undefined && text.atMost(String(high)),
    schema.exclusiveMaximum !== undefined && text.below(String(schema.exclusiveMaximum)),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Why a method that gives the choices gave none. */
export function optionsError(schema: Schema): string {
  const error = typeof schema.input === "object" ? schema.input.error : "";
  return typeof error === "string" && error ? text.optionsFailed(error) : "";
}

/** A message about `hosts.2.port` also stands at `hosts`, where no field is nearer. */
export function spreadErrors(errors: Record<string, string>): Record<string, string> {
  const spread: Record<string, string> = {};
  for (const [path, message] of Object.entries(errors)) {
    const parts = path.split(".");
    for (let length = parts.length; length > 0; length -= 1)
      spread[parts.slice(0, length).join(".")] ??= message;
  }
  return spread;
}
