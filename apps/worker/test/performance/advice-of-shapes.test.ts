import { asOwner } from "@deskpulse/db/owner";
import { readDatabaseSnapshot } from "@deskpulse/db/performance/read-database-snapshot";
import { adviseDatabase, isAbout } from "@deskpulse/domain/performance/advise-database";
import type { DatabaseFindingKind } from "@deskpulse/domain/performance/finding";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createOptimisationWorld, type OptimisationWorld } from "./optimisation-world.ts";

let world: OptimisationWorld;
beforeAll(async () => {
  world = await createOptimisationWorld();
});
afterAll(() => world?.drop());

let tables = 0;
/** What the advisors say of one kind about a new table `T`, and whether they propose an action. */
async function advised(kind: DatabaseFindingKind, ddl: string): Promise<string[]> {
  tables += 1;
  const table = `shape_${tables}`;
  await world.sql.unsafe(ddl.replaceAll("T", table));
  const snapshot = await asOwner(world.database, { exclusive: false }, (owner) => owner.read(readDatabaseSnapshot));
  return adviseDatabase(snapshot, [kind])
    .filter((advice) => isAbout(advice, [table]))
    .map(({ subject, action }) => `${subject.replaceAll(table, "T").replace(/^.*public\./, "")}${action ? "" : " -"}`);
}

const columns = "create table T (a int, b int, c text, v varchar(20));";
const two = (first: string, second: string) => `${columns} create ${first}; create ${second};`;

describe("duplicate indexes", () => {
  test.each<[string, string, string[]]>([
    ["plain twins: the younger goes", two("index T_1 on T (a, b)", "index T_2 on T (a, b)"), ["T_2"]],
    ["three of a kind", `${two("index T_1 on T (a)", "index T_2 on T (a)")} create index T_3 on T (a)`, ["T_2", "T_3"]],
    ["expressions", two("index T_1 on T (lower(c))", "index T_2 on T (lower(c))"), ["T_2"]],
    ["predicates", two("index T_1 on T (a) where b > 1", "index T_2 on T (a) where b > 1"), ["T_2"]],
    [
      "INCLUDE in another order",
      two("index T_1 on T (a) include (b, c)", "index T_2 on T (a) include (c, b)"),
      ["T_2"],
    ],
    [
      "a constraint's index stays",
      `${columns} create unique index T_1 on T (a); alter table T add constraint T_2 unique (a)`,
      ["T_1"],
    ],
    [
      "two constraints: for people",
      `${columns} alter table T add constraint T_1 unique (a), add constraint T_2 unique (a)`,
      ["T_2 -"],
    ],
    [
      "a comment could not be brought back",
      `${two("index T_1 on T (a)", "index T_2 on T (a)")} comment on index T_1 is 'x'; comment on index T_2 is 'y'`,
      ["T_2 -"],
    ],
    [
      "a replica identity stays",
      `create table T (a int not null); create unique index T_1 on T (a); create unique index T_2 on T (a); alter table T replica identity using index T_2`,
      ["T_1"],
    ],
    ["hash twins", two("index T_1 on T using hash (a)", "index T_2 on T using hash (a)"), ["T_2"]],
    ["another operator class", two("index T_1 on T (c)", "index T_2 on T (c text_pattern_ops)"), []],
    ["another predicate", two("index T_1 on T (a)", "index T_2 on T (a) where b > 1"), []],
    ["another collation", two("index T_1 on T (c)", 'index T_2 on T (c collate "C")'), []],
    ["another direction", two("index T_1 on T (a)", "index T_2 on T (a desc)"), []],
    ["nulls elsewhere", two("index T_1 on T (a)", "index T_2 on T (a nulls first)"), []],
    ["INCLUDE in one", two("index T_1 on T (a)", "index T_2 on T (a) include (b)"), []],
    ["unique and not", two("index T_1 on T (a)", "unique index T_2 on T (a)"), []],
    ["NULLs distinct and not", two("unique index T_1 on T (a)", "unique index T_2 on T (a) nulls not distinct"), []],
    [
      "deferrable and not",
      `${columns} create unique index T_1 on T (a); alter table T add constraint T_2 unique (a) deferrable`,
      [],
    ],
    ["another method", two("index T_1 on T (a)", "index T_2 on T using hash (a)"), []],
    ["another order of columns", two("index T_1 on T (a, b)", "index T_2 on T (b, a)"), []],
    ["another expression", two("index T_1 on T (lower(c))", "index T_2 on T (upper(c))"), []],
  ])("%s", async (_what, ddl, expected) => {
    expect(await advised("duplicate-index", ddl)).toEqual(expected);
  });
});

describe("redundant indexes are never acted upon", () => {
  test.each<[string, string, string[]]>([
    ["the first column of another", two("index T_1 on T (a)", "index T_2 on T (a, b)"), ["T_1 -"]],
    ["the same keys as a unique one", two("index T_1 on T (a)", "unique index T_2 on T (a)"), ["T_1 -"]],
    ["a unique one says more than a longer one", two("unique index T_1 on T (a)", "index T_2 on T (a, b)"), []],
    ["not the first column", two("index T_1 on T (b)", "index T_2 on T (a, b)"), []],
    ["another direction", two("index T_1 on T (a)", "index T_2 on T (a desc, b)"), []],
    ["another predicate", two("index T_1 on T (a)", "index T_2 on T (a, b) where a > 1"), []],
    ["INCLUDE makes a pair", two("index T_1 on T (a)", "index T_2 on T (a) include (b)"), []],
  ])("%s", async (_what, ddl, expected) => {
    expect(await advised("redundant-index", ddl)).toEqual(expected);
  });
});

const keyed = `create table T_p (x int, y int, primary key (x, y)); create table T (x int, y int, z int, w text);
  insert into T select n, n, n, repeat('w', 40) from generate_series(1, 20000) n;
  alter table T add constraint T_fk foreign key (x, y) references T_p not valid;`;

describe("foreign keys", () => {
  test.each<[string, string, string[]]>([
    ["without any index", keyed, ["T.T_fk"]],
    ["covered in order", `${keyed} create index on T (x, y)`, []],
    ["covered in another order, with more behind", `${keyed} create index on T (y, x, z)`, []],
    ["covered descending and unique", `${keyed} create unique index on T (y desc, x, z)`, []],
    ["with a column between", `${keyed} create index on T (x, z, y)`, ["T.T_fk"]],
    ["with its first column only", `${keyed} create index on T (x)`, ["T.T_fk"]],
    ["with a column only included", `${keyed} create index on T (x) include (y)`, ["T.T_fk"]],
    ["with a partial index", `${keyed} create index on T (x, y) where z > 5`, ["T.T_fk"]],
    [
      "with one that leaves out NULL only",
      `${keyed} create index on T (x, y) where x is not null and y is not null`,
      ["T.T_fk -"],
    ],
    ["with an index that knows no equality", `${keyed} create index on T using brin (x, y)`, ["T.T_fk"]],
    [
      "twice over the same columns: one index for both",
      `${keyed} alter table T add constraint T_fk2 foreign key (x, y) references T_p not valid`,
      ["T.T_fk", "T.T_fk2 -"],
    ],
    [
      "of a small table",
      "create table T_p (x int primary key); create table T (x int references T_p)",
      ["T.T_x_fkey -"],
    ],
    [
      "under another collation",
      `create table T_p (c text primary key); create table T (c text constraint T_fk references T_p);
      insert into T_p select n::text from generate_series(1, 9000) n; insert into T select c from T_p; create index on T (c collate "C")`,
      ["T.T_fk"],
    ],
    [
      "of text by patterns",
      `create table T_p (c text primary key); create table T (c text constraint T_fk references T_p);
      insert into T_p select n::text from generate_series(1, 9000) n; insert into T select c from T_p; create index on T (c text_pattern_ops)`,
      [],
    ],
  ])("%s", async (_what, ddl, expected) => {
    expect(await advised("foreign-key-without-index", ddl)).toEqual(expected);
  });
});

test("what another login owns is reported, and not touched", async () => {
  const [row] = await world.sql`select current_user as login`;
  const snapshot = await asOwner(world.database, { exclusive: false }, (owner) => owner.read(readDatabaseSnapshot));
  expect(snapshot.login).toBe(row?.login);
  const foreign = {
    ...snapshot,
    tables: snapshot.tables.map((table) => ({ ...table, owned: false, liveRows: 9_000 })),
  };
  const advice = adviseDatabase(foreign, ["stale-statistics"]);
  expect(advice.length).toBeGreaterThan(0);
  for (const { action, reason } of advice)
    expect([action, reason]).toEqual([null, expect.stringContaining("does not own")]);
});

test("the platform's own schema has no invalid or duplicate index and no uncovered foreign key", async () => {
  const own = await createOptimisationWorld();
  try {
    const snapshot = await asOwner(own.database, { exclusive: false }, (owner) => owner.read(readDatabaseSnapshot));
    // as if every table were large: what an empty one is forgiven counts here
    const grown = { ...snapshot, tables: snapshot.tables.map((table) => ({ ...table, bytes: 2 ** 30 })) };
    const said = adviseDatabase(grown, ["invalid-index", "duplicate-index", "foreign-key-without-index"]);
    expect(said.map(({ kind, subject, reason }) => [kind, subject, reason])).toEqual([]);
  } finally {
    await own.drop();
  }
});
