/** JSON Schema as form fields: the part of the language that valves and `form` questions use. */

export interface Schema {
  type?: string | string[];
  title?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
  definitions?: Record<string, Schema>;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  additionalProperties?: boolean | Schema;
  input?: string | { type?: string; options?: unknown; [key: string]: unknown };
  writeOnly?: boolean;
  placeholder?: string;
  [key: string]: unknown;
}

export type Control =
  | "text"
  | "password"
  | "textarea"
  | "number"
  | "switch"
  | "select"
  | "multiselect"
  | "color"
  | "date"
  | "list"
  | "map"
  | "object"
  | "json";

export interface Choice {
  value: unknown;
  label: string;
  description?: string;
}

export interface FormField {
  name: string;
  label: string;
  hint: string;
  control: Control;
  schema: Schema;
  required: boolean;
  nullable: boolean;
  choices: Choice[];
}

/** Fields of an object schema, in its order. */
export function fieldsOf(schema: Schema, root: Schema = schema): FormField[] {
  const object = resolved(schema, root);
  const required = new Set(object.required ?? []);
  return Object.entries(object.properties ?? {}).map(([name, property]) =>
    fieldOf(name, property, required.has(name), root),
  );
}

export function fieldOf(name: string, property: Schema, required: boolean, root: Schema): FormField {
  const { schema, nullable } = withoutNull(resolved(property, root), root);
  return {
    name,
    label: schema.title ?? titled(name),
    hint: schema.description ?? "",
    control: controlOf(schema),
    schema,
    required,
    nullable,
    choices: choicesOf(schema),
  };
}

/** What the form shows before anything was entered. */
export function initialValue(field: FormField, root: Schema): unknown {
  if (field.schema.default !== undefined) return field.schema.default;
  if (field.control === "object") return initialObject(field.schema, root);
  return undefined;
}

export function initialObject(schema: Schema, root: Schema = schema): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fieldsOf(schema, root)) {
    const value = initialValue(field, root);
    if (value !== undefined) values[field.name] = structuredClone(value);
  }
  return values;
}

function resolved(schema: Schema, root: Schema): Schema {
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop() ?? "";
    const target = root.$defs?.[name] ?? root.definitions?.[name] ?? {};
    return { ...resolved(target, root), ...without(schema, "$ref") };
  }
  const only = schema.allOf?.length === 1 ? schema.allOf[0] : undefined;
  return only ? { ...resolved(only, root), ...without(schema, "allOf") } : schema;
}

function withoutNull(schema: Schema, root: Schema): { schema: Schema; nullable: boolean } {
  if (Array.isArray(schema.type) && schema.type.includes("null")) {
    const rest = schema.type.filter((type) => type !== "null");
    return { schema: { ...schema, type: rest.length === 1 ? rest[0] : rest }, nullable: true };
  }
  const variants = schema.anyOf ?? schema.oneOf;
  if (!variants) return { schema, nullable: false };
  const real = variants
    .map((variant) => resolved(variant, root))
    .filter((variant) => variant.type !== "null");
  const nullable = real.length < variants.length;
  const only = real.length === 1 ? real[0] : undefined;
  return only
    ? { schema: { ...only, ...without(schema, "anyOf", "oneOf") }, nullable }
    : { schema, nullable };
}

function controlOf(schema: Schema): Control {
  const hinted = hintedControl(schema);
  if (hinted) return hinted;
  if (schema.enum || constants(schema).length) return "select";
  switch (schema.type) {
    case "boolean":
      return "switch";
    case "integer":
    case "number":
      return "number";
    case "array":
      return schema.items?.enum ? "multiselect" : listControl(schema);
    case "object":
      return schema.properties ? "object" : "json";
    case "string":
      return textControl(schema);
    default:
      return "json";
  }
}

function hintedControl(schema: Schema): Control | null {
  const type = typeof schema.input === "object" ? schema.input.type : schema.input;
  const known: Control[] = ["password", "select", "multiselect", "color", "textarea", "map", "date"];
  if (known.includes(type as Control)) return type as Control;
  return schema.writeOnly ? "password" : null;
}

function listControl(schema: Schema): Control {
  const type = schema.items?.type;
  return type === undefined || type === "string" || type === "integer" || type === "number" ? "list" : "json";
}

function textControl(schema: Schema): Control {
  if (schema.format === "password") return "password";
  if (schema.format === "date") return "date";
  if (schema.format === "color") return "color";
  return schema.format === "textarea" || (schema.maxLength ?? 0) > 300 ? "textarea" : "text";
}

function choicesOf(schema: Schema): Choice[] {
  const given = typeof schema.input === "object" ? schema.input.options : undefined;
  if (Array.isArray(given)) return given.map(choice);
  if (Array.isArray(schema.options)) return schema.options.map(choice);
  const listed = schema.enum ?? schema.items?.enum;
  if (listed) return listed.map(choice);
  return constants(schema);
}

function constants(schema: Schema): Choice[] {
  const variants = schema.oneOf ?? schema.anyOf ?? [];
  if (!variants.length || !variants.every((variant) => "const" in variant)) return [];
  return variants.map((variant) => ({ value: variant.const, label: variant.title ?? String(variant.const) }));
}

/** An option as authors write it: a plain value, or an object with `value` and `label`. */
export function choice(given: unknown): Choice {
  if (given && typeof given === "object") {
    const { value, id, label, name, title, description } = given as Record<string, unknown>;
    const chosen = value ?? id ?? label ?? name;
    const about = typeof description === "string" && description ? { description } : {};
    return { value: chosen, label: String(label ?? name ?? title ?? chosen), ...about };
  }
  return { value: given, label: String(given) };
}

function without(schema: Schema, ...names: string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}

function titled(name: string): string {
  const words = name.replace(/[_-]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
