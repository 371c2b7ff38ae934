import { describe, expect, test } from "@jest/globals";
import { adviseDatabase, isAbout } from "../../src/performance/advise-database.ts";
import { adviseDuplicateIndexes, adviseRedundantIndexes } from "../../src/performance/duplicate-indexes.ts";
import { databaseFindingKinds } from "../../src/performance/finding.ts";
import { adviseForeignKeysWithoutIndex } from "../../src/performance/foreign-keys-without-index.ts";
import { adviseInvalidIndexes } from "../../src/performance/invalid-indexes.ts";
import { adviseStaleStatistics } from "../../src/performance/stale-statistics.ts";
import { foreignKeyOf, indexOf, snapshotOf, tableOf } from "./snapshots.ts";

test("a healthy database gets no advice", () => {
  const indexes = [indexOf("by_customer", ["customer_id"])];
  const foreignKeys = [foreignKeyOf("orders_customer_fk", ["customer_id"])];
  expect(adviseDatabase(snapshotOf({ indexes, foreignKeys }), databaseFindingKinds)).toEqual([]);
});

describe("stale statistics", () => {
  // 50 + 0.1 x 10,000, by the manual's formula
  test.each([
    ["at the limit they are fresh", { modifiedRows: 1_050 }, []],
    ["one row above it they are stale", { modifiedRows: 1_051 }, ["warning"]],
    ["a small table that was never analysed", { analyzedAtMs: null, estimatedRows: null, liveRows: 3 }, ["info"]],
    ["a large one", { analyzedAtMs: null, estimatedRows: null, liveRows: 51 }, ["warning"]],
    ["an empty one has nothing to learn", { analyzedAtMs: null, estimatedRows: null, liveRows: 0 }, []],
  ])("%s", (_, table, severities) => {
    const advice = adviseStaleStatistics(snapshotOf({ tables: [tableOf(table)] }));
    expect(advice.map(({ severity }) => severity)).toEqual(severities);
  });

  test("are left to the table's owner", () => {
    const [advice] = adviseStaleStatistics(snapshotOf({ tables: [tableOf({ modifiedRows: 9_999, owned: false })] }));
    expect(advice).toMatchObject({ action: null, reason: expect.stringContaining("owner") });
  });
});

describe("foreign keys without an index", () => {
  const foreignKeys = [foreignKeyOf("fk", ["customer_id", "region"])];
  // 100 pages + 10,000 x (0.01 + 2 x 0.0025), from the manual's "EXPLAIN Basics"
  test("are told by what a look-up costs, and get one", () => {
    const [advice, ...more] = adviseForeignKeysWithoutIndex(snapshotOf({ foreignKeys }));
    expect(more).toEqual([]);
    expect(advice?.evidence.lookupCost).toBe(250);
    expect(advice?.action).toMatchObject({
      sql: 'CREATE INDEX CONCURRENTLY "orders_customer_id_region_fk_idx" ON "public"."orders" USING btree ("customer_id", "region")',
      undoSql: 'DROP INDEX CONCURRENTLY IF EXISTS "public"."orders_customer_id_region_fk_idx"',
    });
  });

  test.each([
    ["an index in another order", indexOf("i", ["region", "customer_id", "at"]), 0],
    ["one that begins elsewhere", indexOf("i", ["at", "customer_id", "region"]), 1],
    ["one of half the columns", indexOf("i", ["customer_id"]), 1],
    ["an invalid one", indexOf("i", ["customer_id", "region"], { valid: false }), 1],
    ["one of some rows", indexOf("i", ["customer_id", "region"], { predicate: "(region = 1)" }), 1],
    ["another table's", indexOf("i", ["customer_id", "region"], { table: "invoices" }), 1],
  ])("%s is looked at", (_, index, found) => {
    expect(adviseForeignKeysWithoutIndex(snapshotOf({ foreignKeys, indexes: [index] }))).toHaveLength(found);
  });

  test("two with the same columns get one between them", () => {
    const twins = [foreignKeyOf("a", ["customer_id"]), foreignKeyOf("b", ["customer_id"])];
    const advice = adviseForeignKeysWithoutIndex(snapshotOf({ foreignKeys: twins }));
    expect(advice.map(({ action }) => action !== null)).toEqual([true, false]);
  });

  test("of a table so small that the planner reads it whole are only told", () => {
    const tables = [tableOf({ bytes: 8_192, estimatedRows: 100, liveRows: 100 })];
    const [advice] = adviseForeignKeysWithoutIndex(snapshotOf({ foreignKeys, tables }));
    expect(advice).toMatchObject({ severity: "info", action: null });
  });
});

describe("indexes", () => {
  test("of two equal ones the one that is not needed goes, and can be brought back", () => {
    const needed = indexOf("b", ["id"], { unique: true, constraint: "orders_id_key", oid: 2 });
    const spare = indexOf("a", ["id"], {
      unique: true,
      scans: 1_000,
      definition: "CREATE UNIQUE INDEX a ON orders (id)",
    });
    const [advice, ...more] = adviseDuplicateIndexes(snapshotOf({ indexes: [spare, needed] }));
    expect(more).toEqual([]);
    expect(advice?.action).toMatchObject({
      sql: 'DROP INDEX CONCURRENTLY IF EXISTS "public"."a"',
      undoSql: "CREATE UNIQUE INDEX CONCURRENTLY a ON orders (id)",
    });
  });

  test("that begin another one are for people to judge", () => {
    const indexes = [indexOf("narrow", ["a"]), indexOf("wide", ["a", "b"])];
    expect(adviseDuplicateIndexes(snapshotOf({ indexes }))).toEqual([]);
    expect(adviseRedundantIndexes(snapshotOf({ indexes }))).toMatchObject([
      { subject: "index public.narrow", action: null },
    ]);
  });

  test.each([
    ["left over goes", {}, [true]],
    ["that is being built is left alone", { beingBuilt: true }, []],
    ["of a partition is left alone", { partitioned: true }, []],
    ["behind a constraint is for people", { constraint: "orders_id_key" }, [false]],
    ["of somebody else is for them", { owned: false }, [false]],
  ])("an invalid one %s", (_, given, acts) => {
    const indexes = [indexOf("i", ["a"], { valid: false, ...given })];
    expect(adviseInvalidIndexes(snapshotOf({ indexes })).map(({ action }) => action !== null)).toEqual(acts);
  });
});

test("advice is about its table, with or without the schema, and about no table whose name ends like it", () => {
  const [advice] = adviseStaleStatistics(snapshotOf({ tables: [tableOf({ modifiedRows: 9_999 })] }));
  if (advice === undefined) throw new Error("the table is stale");
  expect(isAbout(advice, ["orders"])).toBe(true);
  expect(isAbout(advice, ["public.orders"])).toBe(true);
  expect(isAbout(advice, ["ers"])).toBe(false);
  expect(isAbout(advice, [])).toBe(false);
});
