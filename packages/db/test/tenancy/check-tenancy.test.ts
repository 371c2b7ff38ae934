import { randomBytes } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { migrateDatabase } from "../../src/migrate.ts";
import { tenancyDefects } from "../../src/tenancy/check-tenancy.ts";
import { ensureRoles, RolesMissingError } from "../../src/tenancy/ensure-roles.ts";

let testDatabase: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => undefined });
});
afterAll(async () => {
  await sql?.end({ timeout: 1 });
  await testDatabase?.drop();
});

/** The defects after `change`, which is then undone: roles belong to the server, and other tests use it. */
async function defectsAfter(change: string): Promise<string[]> {
  let defects: string[] = [];
  class Undo extends Error {}
  await sql
    .begin(async (tx) => {
      await tx.unsafe(change);
      // it only queries, as a transaction can
      defects = await tenancyDefects(tx as unknown as Sql);
      throw new Undo();
    })
    .catch((error: unknown) => {
      if (!(error instanceof Undo)) throw error;
    });
  return defects;
}

const policy = "for all to deskpulse_tenant using (tenant_id = (select current_tenant()))";
const table = "create table loose (tenant_id uuid not null, note text);";
const enable = "alter table loose enable row level security;";
const force = "alter table loose force row level security;";

describe("tenancyDefects", () => {
  test("finds nothing wrong with the migrated schema", async () => {
    expect(await tenancyDefects(sql)).toEqual([]);
  });

  test.each([
    ["no row-level security", table, [/loose .*no forced/, /loose .*no policy/]],
    ["unforced row-level security", `${table}${enable}create policy tenant on loose ${policy};`, [/loose .*no forced/]],
    ["no policy", table + enable + force, [/loose .*no policy/]],
    [
      "a policy that lets everything through",
      `${table}${enable}${force}create policy tenant on loose for all to deskpulse_tenant using (true);`,
      [/loose .*no policy/, /loose .*does not compare/],
    ],
    [
      "a policy for another role only",
      `${table}${enable}${force}create policy tenant on loose for all to deskpulse_engine using (tenant_id = (select current_tenant()));`,
      [/loose .*no policy/],
    ],
  ])("reports a table with %s", async (_what, change, expected) => {
    const defects = await defectsAfter(change);
    expect(defects).toEqual(expected.map((words) => expect.stringMatching(words)));
  });

  test("accepts a table that is guarded", async () => {
    expect(await defectsAfter(`${table}${enable}${force}create policy tenant on loose ${policy};`)).toEqual([]);
  });

  test.each([
    ["for the tenants' role", "create policy open on customers to deskpulse_tenant using (true)"],
    ["for everybody", "create policy open on customers using (true)"],
    ["for inserts", "create policy open on customers for insert to deskpulse_tenant with check (true)"],
    [
      "that checks reads only",
      "create policy open on customers to deskpulse_tenant using (tenant_id = (select current_tenant())) with check (true)",
    ],
  ])("reports a second policy %s that opens a guarded table", async (_what, change) => {
    expect(await defectsAfter(change)).toEqual([expect.stringMatching(/customers .*does not compare/)]);
  });

  test.each(["bypassrls", "superuser"])("reports a role with %s", async (right) => {
    expect(await defectsAfter(`alter role deskpulse_engine ${right}`)).toEqual([
      expect.stringMatching(/deskpulse_engine can bypass/),
    ]);
  });
});

describe("a login that may not create roles", () => {
  const login = `test_login_${randomBytes(5).toString("hex")}`;
  let asLogin: Sql;
  let url: string;

  beforeAll(async () => {
    await sql.unsafe(`create role ${login} login password 'secret'`);
    const own = new URL(testDatabase.url);
    own.username = login;
    own.password = "secret";
    url = own.href;
    asLogin = postgres(url, { max: 1, onnotice: () => undefined });
  });
  afterAll(async () => {
    await asLogin?.end({ timeout: 1 });
    await sql.unsafe(`drop owned by ${login}; drop role ${login}`);
  });

  test("is told which SQL an administrator has to run, after which it works", async () => {
    const refused = await migrateDatabase(url).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RolesMissingError);
    if (!(refused instanceof RolesMissingError)) throw refused;
    expect(refused.message).toContain(refused.sqlToRun);
    expect(refused.sqlToRun).toContain(`grant deskpulse_tenant to "${login}"`);
    await sql.unsafe(refused.sqlToRun);
    await expect(ensureRoles(asLogin)).resolves.toBeUndefined();
  });
});
