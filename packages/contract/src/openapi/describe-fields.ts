import type { JsonSchema } from "./json-schema.ts";

interface Field {
  readonly schema: JsonSchema;
  readonly required: boolean;
  readonly description?: string;
}

/** The members of an object, nested ones as `a.b` and those of lists as `a[].b`; an object without any is one line. */
export function fieldsOf(schema: JsonSchema, prefix = ""): { readonly name: string; readonly text: string }[] {
  const { properties = {}, required = [] } = schema;
  const rows = Object.entries(properties).flatMap(([key, inner]) => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const { description = "", ...told } = inner;
    const row = { name, text: describeField({ schema: told, required: required.includes(key), description }) };
    const nested = inner.type === "array" ? inner.items : inner;
    if (nested?.properties === undefined) return [row];
    return [row, ...fieldsOf(nested, inner.type === "array" ? `${name}[]` : name)];
  });
  return rows.length > 0 || prefix !== "" ? rows : [{ name: "(all)", text: describeField({ schema, required: true }) }];
}

/** One value in a cell of a Markdown table: its kind, bounds, whether it is needed, and what is said of it. */
export function describeField({ schema, required, description = "" }: Field): string {
  const ending = schema.default === undefined ? [] : [`default \`${JSON.stringify(schema.default)}\``];
  const needed = required ? ["required"] : [];
  const kind = [kindOf(schema), ...needed, ...ending].join(", ");
  // a bar would end the cell
  return [kind, description]
    .filter((text) => text !== "")
    .join(". ")
    .replaceAll("|", "\\|");
}

function kindOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(" or ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map(kindOf).join(" or ");
  if (schema.type === undefined) return "any JSON";
  const type = typeof schema.type === "string" ? schema.type : schema.type.join(" or ");
  if (type === "array")
    return `list of (${schema.items === undefined ? "any JSON" : kindOf(schema.items)})${boundsOf(schema)}`;
  return `${schema.format ?? type}${boundsOf(schema)}${schema.pattern === undefined ? "" : ` \`${schema.pattern}\``}`;
}

function boundsOf(schema: JsonSchema): string {
  const least = schema.minimum ?? schema.minLength ?? schema.minItems;
  const most = schema.maximum ?? schema.maxLength ?? schema.maxItems;
  const said = [
    ...(schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`]),
    ...(schema.exclusiveMaximum === undefined ? [] : [`below ${schema.exclusiveMaximum}`]),
    ...(schema.multipleOf === undefined ? [] : [`steps of ${schema.multipleOf}`]),
  ];
  if (least !== undefined && most !== undefined) said.unshift(`${least} to ${most}`);
  else if (least !== undefined) said.unshift(`at least ${least}`);
  else if (most !== undefined) said.unshift(`at most ${most}`);
  const unit = schema.type === "string" ? " characters" : "";
  return said.length === 0 ? "" : ` (${said.join(", ")}${unit})`;
}
