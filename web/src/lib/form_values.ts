/** What was entered into a form: what is missing, and what is sent. */
import { fieldsOf, type FormField, type Schema } from "./schema";

/** Fields that must be filled and are not, as path -> sentence. */
export function missingFields(
  schema: Schema,
  value: Record<string, unknown>,
  sentence: string,
  root: Schema = schema,
  prefix = "",
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const field of fieldsOf(schema, root)) {
    const given = value[field.name];
    const path = prefix + field.name;
    if (field.control === "object" && given && typeof given === "object") {
      if (!field.required && isBlank(given)) continue;
      Object.assign(
        errors,
        missingFields(field.schema, given as Record<string, unknown>, sentence, root, `${path}.`),
      );
    } else if (field.required && (given === undefined || given === null || given === "") && !field.nullable) {
      errors[path] = sentence;
    }
  }
  return errors;
}

/** The values as they are sent: a field that was left or made empty, and may be, is left out. */
export function filledIn(
  schema: Schema,
  value: Record<string, unknown>,
  root: Schema = schema,
): Record<string, unknown> {
  const sent = { ...value };
  for (const field of fieldsOf(schema, root)) {
    const given = sent[field.name];
    if (field.control === "object" && given && typeof given === "object") {
      if (!field.required && isBlank(given)) delete sent[field.name];
      else sent[field.name] = filledIn(field.schema, given as Record<string, unknown>, root);
    } else if (!field.required && isEmpty(field, given)) delete sent[field.name];
  }
  return sent;
}

/** Whether nothing was entered anywhere in a group of fields. */
const isBlank = (group: object): boolean =>
  Object.values(group).every((item) =>
    item && typeof item === "object" && !Array.isArray(item)
      ? isBlank(item as object)
      : item === undefined || item === null || item === "",
  );

/** Whether nothing was entered, where nothing is no value of the field. */
function isEmpty({ schema, nullable }: FormField, given: unknown): boolean {
  if (given === null || given === undefined) return !nullable;
  return given === "" && ["minLength", "format", "pattern", "enum"].some((name) => name in schema);
}
