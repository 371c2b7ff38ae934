import { z } from "zod";

/** The part of JSON Schema 2020-12 that documents and tests read; zod writes it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** Names of schemas that stand once in a document and are referred to. */
export const namesOfSchemas = () => z.registry<{ id: string }>();
export type SchemaNames = ReturnType<typeof namesOfSchemas>;

/**
 * A schema as JSON Schema: "input" is what callers send, "output" what they get. Schemas with a name are referred to as
 * `#/$defs/<name>`. What JSON Schema cannot say (a check in code) is left out.
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output", names = namesOfSchemas()): JsonSchema {
  const { $schema: _, ...described } = z.toJSONSchema(schema, {
    io,
    metadata: names,
    unrepresentable: "any",
    override: ({ jsonSchema }) => {
      // the pattern repeats the format, at length
      if (jsonSchema.format === "uuid" || jsonSchema.format === "date-time") delete jsonSchema.pattern;
      // what any integer in JSON can be
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
  // zod's type knows every keyword, this one those that are read here
  return described as JsonSchema;
}

/** Whether a value of the right type can still be outside of what the schema allows. */
export function hasBounds(schema: JsonSchema): boolean {
  const { properties, items, anyOf, oneOf, allOf, additionalProperties, $defs } = schema;
  const inner = [
    ...Object.values(properties ?? {}),
    ...Object.values($defs ?? {}),
    ...(anyOf ?? []),
    ...(oneOf ?? []),
    ...(allOf ?? []),
    ...(items === undefined ? [] : [items]),
    ...(typeof additionalProperties === "object" ? [additionalProperties] : []),
  ];
  return boundKeywords.some((keyword) => schema[keyword] !== undefined) || inner.some(hasBounds);
}

const boundKeywords = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
] as const satisfies readonly (keyof JsonSchema)[];
