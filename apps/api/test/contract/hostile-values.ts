import type { JsonSchema } from "@deskpulse/contract/openapi/json-schema";
import fc from "fast-check";

/** What has broken programs before, of every kind that JSON can carry. */
export const nasty: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udfffx",
    "%00",
    "__proto__",
    "' or 1=1 --",
    "{{7*7}}",
    "../../etc/passwd",
    "NaN",
    "null",
    null,
    true,
    false,
    -1,
    0,
    1.5,
    1e308,
    -1e308,
    5e-324,
    2 ** 31,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
    "2026-02-30",
    "0000-00-00T00:00:00Z",
    "+275760-09-13T00:00:00Z",
    "Mars/Olympus",
    "10000000000000000000000",
    "x".repeat(5_000),
    "\u202e\ufeff\u0000",
    "0x1f",
    "1e3",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.jsonValue({ maxDepth: 4 }),
  fc.double(),
  fc.uuid(),
  nested(),
);

/** Deeper than any parser of ours goes along with. */
function nested(): fc.Arbitrary<unknown> {
  return fc.tuple(fc.integer({ min: 30, max: 400 }), fc.boolean()).map(([depth, isList]) => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level++) value = isList ? [value] : { a: value };
    return value;
  });
}

/** Values that a schema allows, or nearly: what JSON Schema cannot say is not known here. */
export function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(valuesOf));
  switch (typeof schema.type === "string" ? schema.type : schema.type?.[0]) {
    case "object":
      return objectsOf(schema);
    case "array":
      return fc.array(schema.items === undefined ? nasty : valuesOf(schema.items), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 3, 3 + (schema.minItems ?? 0)),
      });
    case "string":
      return textsOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? (schema.minimum ?? 0) + 1_000 });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return nasty;
  }
}

function objectsOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, valuesOf(inner)]));
  return fc.record(members, { requiredKeys: required.filter((name) => name in members), noNullPrototype: true });
}

function textsOf({ format, pattern, minLength = 0, maxLength = 20 }: JsonSchema): fc.Arbitrary<unknown> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") {
    const [min, max] = [new Date("2020-01-01"), new Date("2030-01-01")];
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
}

/** `value` with one place in it, at any depth, replaced, removed or joined by something that does not belong there. */
export function disturbed(value: unknown): fc.Arbitrary<unknown> {
  return fc.constantFrom(...placesIn(value)).chain((place) =>
    fc.oneof(
      { weight: 4, arbitrary: nasty.map((put) => replaced(value, place, put)) },
      { weight: 1, arbitrary: fc.constant(replaced(value, place, undefined)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom("nobodyKnowsThis", "toString", "hasOwnProperty", "", "a.b[c]", "\0", "$ne"), nasty)
          .map(([name, put]) => replaced(value, [...place, name], put)),
      },
    ),
  );
}

/** `value` with one place in it that holds a text no database takes, or a name that reaches for prototypes. */
export function poisoned(value: unknown): fc.Arbitrary<unknown> {
  return fc.constantFrom(...placesIn(value)).chain((place) =>
    fc.oneof(
      fc.constantFrom("a\0b", "\0", "\ud800", "x\udfff", ["\0"]).map((put) => replaced(value, place, put)),
      fc
        .constantFrom("__proto__", "constructor", "prototype", "\0", "\ud800")
        .map((name) => replaced(value, [...place, name], { role: "operator" })),
    ),
  );
}

type Place = readonly string[];

function placesIn(value: unknown, place: Place = []): [Place, ...Place[]] {
  if (value === null || typeof value !== "object") return [place];
  return [place, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...place, key]))];
}

/** Undefined removes; a member put into what is no object makes it one. */
function replaced(value: unknown, [key, ...rest]: Place, put: unknown): unknown {
  if (key === undefined) return put;
  if (Array.isArray(value) && /^\d+$/.test(key)) {
    return value.map((inner, index) => (String(index) === key ? replaced(inner, rest, put) : inner));
  }
  const object = value !== null && typeof value === "object" ? value : {};
  const before = Object.entries(object).find(([name]) => name === key)?.[1];
  return Object.fromEntries([...Object.entries(object), [key, replaced(before, rest, put)]]);
}
