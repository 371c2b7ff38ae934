import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { ensureCurrentTenant } from "../../src/generate/current-tenant.ts";

const hourMs = 3_600_000;
// the day on which New York's clocks go back lies between the first call and the last
const firstAt = Date.UTC(2026, 9, 29, 14, 20);

let testDatabases: TestDatabase[] = [];
let database: Database;
let sql: Sql;

async function open(): Promise<void> {
  const testDatabase = await createTestDatabase();
  testDatabases.push(testDatabase);
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
}

async function close(): Promise<void> {
  await sql?.end();
  await database?.close();
}

beforeEach(open);

afterEach(async () => {
  await close();
  for (const one of testDatabases) await one.drop();
  testDatabases = [];
});

/** Everything about the conversations that were created at this time or later. */
async function contents(since: number): Promise<string> {
  const rows = await sql`
    select c.source_key, c.status, c.created_at, c.resolved_at, c.last_activity_at, c.reopened_count,
      (select json_agg(json_build_array(e.source_key, e.type, e.at) order by e.source_key)
        from events e where e.conversation_id = c.id) as events,
      (select json_agg(json_build_array(m.source_key, m.content, m.sender_id) order by m.source_key)
        from messages m where m.conversation_id = c.id) as messages,
      (select json_agg(json_build_array(m.kind, m.started_at, m.duration_ms, m.business_ms, m.user_id)
        order by m.at, m.kind, m.started_at) from measurements m where m.conversation_id = c.id) as measurements
    from conversations c where c.created_at >= ${new Date(since)} order by 1`;
  return JSON.stringify(rows);
}

async function span(): Promise<{ conversations: number; first: number; last: number }> {
  const [row] = await sql<{ n: number; first: Date; last: Date }[]>`
    select (select count(*)::int from conversations) as n, min(at) as first, max(at) as last from messages`;
  return { conversations: row?.n ?? 0, first: row?.first.getTime() ?? 0, last: row?.last.getTime() ?? 0 };
}

describe("the current tenant", () => {
  test("has conversations of the last sixty days until now, and stays as it is for the rest of the day", async () => {
    const tenant = await ensureCurrentTenant(database, firstAt);
    expect(tenant.name).toBe("Northwind Support");
    const { conversations, first, last } = await span();
    expect(conversations).toBeGreaterThan(1_000);
    expect(conversations).toBeLessThan(2_000);
    expect(first).toBeLessThan(firstAt - 59 * 24 * hourMs);
    expect(last).toBeLessThan(firstAt);
    expect(last).toBeGreaterThan(firstAt - 4 * hourMs);
    const before = await contents(0);
    expect(await ensureCurrentTenant(database, firstAt + 9 * hourMs)).toEqual(tenant);
    expect(await contents(0)).toBe(before);
  });

  test("on a later day is what it would have been if it had been made then", async () => {
    const laterAt = firstAt + 5 * 24 * hourMs;
    await ensureCurrentTenant(database, firstAt);
    await ensureCurrentTenant(database, firstAt + 24 * hourMs);
    await ensureCurrentTenant(database, laterAt);
    // of what began before the later one's sixty days it knows nothing
    const since = laterAt - 58 * 24 * hourMs;
    const grown = await contents(since);
    await close();
    await open();
    await ensureCurrentTenant(database, laterAt);
    expect(await contents(since)).toBe(grown);
    expect((await span()).last).toBeGreaterThan(laterAt - 4 * hourMs);
  });
});
