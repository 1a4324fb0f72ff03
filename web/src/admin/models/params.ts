/** What a model is asked with, between the record and the fields of a form. */

export interface NumberField {
  name: string;
  least: number;
  most?: number;
  step: number;
}

export const NUMBERS: NumberField[] = [
  { name: "temperature", least: 0, most: 2, step: 0.1 },
  { name: "top_p", least: 0, most: 1, step: 0.05 },
  { name: "max_tokens", least: 1, step: 1 },
  { name: "seed", least: 0, step: 1 },
  { name: "frequency_penalty", least: -2, most: 2, step: 0.1 },
  { name: "presence_penalty", least: -2, most: 2, step: 0.1 },
];

export interface ParamFields {
  numbers: Record<string, number | null>;
  /** One a line. */
  stop: string;
  /** JSON of an object; what the server of the model knows beyond these. */
  custom: string;
}

type Params = Record<string, unknown>;

export function readParams(params: Params): ParamFields {
  const numbers = NUMBERS.map(({ name }) => [name, typeof params[name] === "number" ? params[name] : null]);
  const { stop, custom_params: custom } = params;
  return {
    numbers: Object.fromEntries(numbers) as Record<string, number | null>,
    stop: Array.isArray(stop) ? stop.join("\n") : typeof stop === "string" ? stop : "",
    custom: custom && Object.keys(custom).length ? JSON.stringify(custom, null, 2) : "",
  };
}

/** The record's parameters with what was entered; those that have no field stay. Null where `custom` is no object. */
export function enteredParams(given: Params, { numbers, stop, custom }: ParamFields): Params | null {
  const extra = custom.trim() ? objectOf(custom) : undefined;
  if (extra === null) return null;
  const words = stop.split("\n").filter((word) => word.trim());
  const set = Object.fromEntries(NUMBERS.map(({ name }) => [name, numbers[name] ?? undefined]));
  return { ...given, ...set, stop: words.length ? words : undefined, custom_params: extra };
}

/** Fields whose number is outside of what is allowed. */
export function outside({ numbers }: ParamFields): NumberField[] {
  return NUMBERS.filter(({ name, least, most }) => {
    const value = numbers[name];
    return value !== null && value !== undefined && (value < least || (most !== undefined && value > most));
  });
}

function objectOf(text: string): Params | null {
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === "object" && !Array.isArray(value) ? (value as Params) : null;
  } catch {
    return null;
  }
}
