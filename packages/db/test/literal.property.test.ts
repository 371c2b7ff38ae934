import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { connectDatabase, type Database } from "../src/connect.ts";
import { jsonLiteral, literal, numberLiteral, uuidsLiteral } from "../src/literal.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 1, applicationName: "test" });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

/** Every code point but NUL, and the characters that SQL minds more often than chance would bring them. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom("'", "\\", "\\'", "--", ";", "$$", "\n", "E'", "\u0008"),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    ),
  })
  .map((any) => any.replaceAll("\0", ""));

const selected = async (literals: readonly string[], setting: "on" | "off"): Promise<unknown[]> =>
  await database.sql.begin(async (sql) => {
    await sql.unsafe(`set local standard_conforming_strings = ${setting}`);
    const [row] = await sql.unsafe<Record<string, unknown>[]>(
      `select ${literals.map((one, index) => `${one} as c${index}`).join(", ")}`,
    );
    return literals.map((_one, index) => row?.[`c${index}`]);
  });

describe.each(["on", "off"] as const)("with standard_conforming_strings %s", (setting) => {
  test("any text comes back as it went", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 20 }), async (texts) => {
        expect(await selected(texts.map(literal), setting)).toEqual(texts);
      }),
      { numRuns: 50 },
    );
  });

  test("any JSON value comes back as it went", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 10 }), async (values) => {
        const texts = values.map((value) => `(${jsonLiteral(value)})::text`);
        expect(await selected(texts, setting)).toEqual(values.map((value) => JSON.stringify(value)));
      }),
      { numRuns: 50 },
    );
  });
});

test("what cannot be stored is refused before it is sent", () => {
  expect(() => literal("a\0b")).toThrow(RangeError);
  expect(() => uuidsLiteral(["'; drop table job_runs; --"])).toThrow(RangeError);
  expect(() => numberLiteral(Number.NaN)).toThrow(RangeError);
  expect(() => numberLiteral(Number.POSITIVE_INFINITY)).toThrow(RangeError);
});
