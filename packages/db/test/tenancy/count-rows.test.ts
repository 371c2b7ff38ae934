import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connectDatabase, type Database } from "../../src/connect.ts";
import { countConversationsSince, countStoredRows } from "../../src/tenancy/count-rows.ts";
import { asTenant } from "../../src/transaction.ts";

let testDatabase: TestDatabase;
let database: Database;
const [many, few]: [string, string] = [randomUUID(), randomUUID()];
const stored = 30_000;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  const { sql } = database;
  for (const [tenantId, rows] of [
    [many, stored],
    [few, 10],
  ] as const) {
    await sql`insert into tenants (id, name) values (${tenantId}, ${tenantId})`;
    await sql`insert into inboxes (tenant_id, name, channel, source_key) values (${tenantId}, 'Web', 'chat', 'web')`;
    await sql`
      insert into conversations (tenant_id, source_key, inbox_id, status, created_at, last_activity_at)
      select ${tenantId}, n::text, (select id from inboxes where tenant_id = ${tenantId}), 'open',
        timestamptz '2026-05-01T00:00Z' + n * interval '1 minute', now() from generate_series(1, ${rows}) n`;
  }
  await sql`analyze conversations`;
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

test("a few rows are counted, of the own tenant only", async () => {
  const sinceMs = Date.parse("2026-05-01T00:06Z");
  expect(await asTenant(database, few, (tx) => countConversationsSince(tx, sinceMs))).toEqual({
    rows: 5,
    estimated: false,
  });
  expect(await asTenant(database, few, countStoredRows)).toEqual({ rows: 10, estimated: false });
});

test("many rows are estimated, within a tenth", async () => {
  const { rows, estimated } = await asTenant(database, many, countStoredRows);
  expect(estimated).toBe(true);
  expect(Math.abs(rows - stored)).toBeLessThan(stored / 10);
});

test("a tenant without rows has none", async () => {
  expect(await asTenant(database, randomUUID(), countStoredRows)).toEqual({ rows: 0, estimated: false });
});
