import { randomUUID } from "node:crypto";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Sql, TransactionSql } from "postgres";
import { connectDatabase, type Database } from "../../src/connect.ts";
import { asEngine, asTenant } from "../../src/transaction.ts";

let testDatabase: TestDatabase;
let database: Database;
const [tenantA, tenantB]: [string, string] = [randomUUID(), randomUUID()];
const userOf = new Map([tenantA, tenantB].map((tenantId) => [tenantId, randomUUID()]));
let tables: string[];

type Insert = (sql: Sql | TransactionSql, tenantId: string, key: string) => PromiseLike<unknown>;

/** A row of each table for a tenant, in an order in which references find what they refer to. */
const inserts: Readonly<Record<string, Insert>> = {
  memberships: (sql, tenantId) =>
    sql`insert into memberships (tenant_id, user_id, role) values (${tenantId}, ${userOf.get(tenantId) ?? ""}, 'agent')`,
  api_keys: (sql, tenantId, key) => sql`
    insert into api_keys (id, tenant_id, name, role, secret_hash)
    values (${randomUUID()}, ${tenantId}, ${key}, 'agent', ${Buffer.from(tenantId + key)})`,
  inboxes: (sql, tenantId, key) =>
    sql`insert into inboxes (tenant_id, name, channel, source_key) values (${tenantId}, ${key}, 'chat', ${key})`,
  teams: (sql, tenantId, key) =>
    sql`insert into teams (tenant_id, name, source_key) values (${tenantId}, ${key}, ${key})`,
  customers: (sql, tenantId, key) =>
    sql`insert into customers (tenant_id, name, source_key) values (${tenantId}, ${key}, ${key})`,
  labels: (sql, tenantId, key) =>
    sql`insert into labels (tenant_id, name, source_key) values (${tenantId}, ${key}, ${key})`,
  conversations: (sql, tenantId, key) => sql`
    insert into conversations (tenant_id, source_key, inbox_id, status, created_at, last_activity_at)
    values (${tenantId}, ${key}, (select min(id) from inboxes where tenant_id = ${tenantId}), 'open', now(), now())`,
  conversation_labels: (sql, tenantId) => sql`
    insert into conversation_labels (tenant_id, conversation_id, label_id)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}),
      (select min(id) from labels where tenant_id = ${tenantId}))`,
  messages: (sql, tenantId, key) => sql`
    insert into messages (tenant_id, conversation_id, source_key, direction, sender, content, at)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), ${key}, 'in', 'customer', 'Hi', now())`,
  events: (sql, tenantId, key) => sql`
    insert into events (tenant_id, conversation_id, source, source_key, type, at, data)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), 'test', ${key}, 'x', now(), '{}')`,
  measurements: (sql, tenantId) => sql`
    insert into measurements (tenant_id, conversation_id, kind, started_at, at, duration_ms, inbox_id, channel)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), 'reply_time', now(), now(), 0,
      (select min(id) from inboxes where tenant_id = ${tenantId}), 'chat')`,
  conversation_spans: (sql, tenantId, key) => sql`
    insert into conversation_spans (tenant_id, conversation_id, started_at, status, is_unattended, inbox_id)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), ${atOf(key)}, 'open', true,
      (select min(id) from inboxes where tenant_id = ${tenantId}))`,
  surveys: (sql, tenantId, key) => sql`
    insert into surveys (tenant_id, conversation_id, sent_at, inbox_id)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), ${atOf(key)},
      (select min(id) from inboxes where tenant_id = ${tenantId}))`,
  sla_targets: (sql, tenantId, key) => sql`
    insert into sla_targets (tenant_id, conversation_id, target, started_at, policy, promised_ms, business_hours, inbox_id)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), 'reply', ${atOf(key)}, 'gold', 1,
      false, (select min(id) from inboxes where tenant_id = ${tenantId}))`,
  automation_runs: (sql, tenantId, key) => sql`
    insert into automation_runs (tenant_id, conversation_id, source_key, at, rule, trigger, outcome, actions, duration_ms, inbox_id)
    values (${tenantId}, (select min(id) from conversations where tenant_id = ${tenantId}), ${key}, now(), 'r', 't',
      'failed', '{}', 1, (select min(id) from inboxes where tenant_id = ${tenantId}))`,
  rollup_quarters: (sql, tenantId, key) => sql`
    insert into rollup_quarters (tenant_id, starts_at, quarters, created, messages_in, messages_out, messages_private,
      resolved, reopened, open_net, unattended_net, unassigned_net)
    values (${tenantId}, ${atOf(key)}, '{1}', '{1}', '{1}', '{1}', '{1}', '{1}', '{1}', '{1}', '{1}', '{1}')`,
  rollup_day_counts: (sql, tenantId, key) => sql`
    insert into rollup_day_counts
    select (jsonb_populate_record(null::rollup_day_counts, jsonb_build_object('tenant_id', ${tenantId}::text,
      'zone', ${key}::text, 'starts_at', now()) || jsonb_object_agg(attname, 1))).*
    from pg_attribute where attrelid = 'rollup_day_counts'::regclass and attnum > 3`,
  rollup_agent_days: (sql, tenantId, key) => sql`
    insert into rollup_agent_days (tenant_id, zone, starts_at, user_id, handled, resolved, reopened, messages,
      active_quarters, first_responses, first_response_ms, replies, reply_ms, resolution_ms)
    values (${tenantId}, ${key}, now(), ${userOf.get(tenantId) ?? ""}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
  rollup_marks: (sql, tenantId) => sql`insert into rollup_marks (tenant_id, starts_at) values (${tenantId}, now())`,
  rollup_zones: (sql, tenantId, key) => sql`insert into rollup_zones (tenant_id, zone) values (${tenantId}, ${key})`,
  rollup_days: (sql, tenantId, key) => sql`
    insert into rollup_days (tenant_id, zone, metric, starts_at, count) values (${tenantId}, 'UTC', ${key}, now(), 1)`,
  ingest_batches: (sql, tenantId) => sql`
    insert into ingest_batches (tenant_id, id, source, format, body)
    values (${tenantId}, ${randomUUID()}, 'test', 'json', '')`,
  webhook_secrets: (sql, tenantId, key) => sql`
    insert into webhook_secrets (tenant_id, source, sealed) values (${tenantId}, ${key}, '')`,
  import_positions: (sql, tenantId, key) => sql`
    insert into import_positions (tenant_id, source, position) values (${tenantId}, ${key}, 1)`,
  job_runs: (sql, tenantId) => sql`
    insert into job_runs (id, tenant_id, job, queue, state, input, created_by, created_at, run_at)
    values (${randomUUID()}, ${tenantId}, 'test', 'analytics', 'queued', '{}', 'ann', now(), now())`,
  job_run_log_lines: (sql, tenantId) => sql`
    insert into job_run_log_lines (run_id, tenant_id, at, line)
    values ((select id from job_runs where tenant_id = ${tenantId} limit 1), ${tenantId}, now(), 'a line')`,
  schedules: (sql, tenantId, key) => sql`
    insert into schedules (id, tenant_id, name, job, input, cron, timezone, catch_up, overlap, created_by)
    values (${randomUUID()}, ${tenantId}, ${key}, 'test', '{}', '* * * * *', 'UTC', 'none', 'skip', 'ann')`,
  schedule_runs: (sql, tenantId, key) => sql`
    insert into schedule_runs (schedule_id, tenant_id, slot_at, outcome)
    values ((select id from schedules where tenant_id = ${tenantId} limit 1), ${tenantId},
      ${key === "first" ? new Date(0) : new Date()}, 'missed')`,
  idempotency_keys: (sql, tenantId, key) => sql`
    insert into idempotency_keys (tenant_id, caller, route, key, body_hash, status, body)
    values (${tenantId}, 'ann', 'route', ${key}, 'hash', 202, '{}')`,
  refresh_tokens: (sql, tenantId, key) => sql`
    insert into refresh_tokens (id, family_id, user_id, tenant_id, secret_hash, expires_at)
    values (${randomUUID()}, ${randomUUID()}, ${userOf.get(tenantId) ?? ""}, ${tenantId}, ${Buffer.from(tenantId + key)}, now())`,
  token_revocations: (sql, tenantId) => sql`
    insert into token_revocations (subject, tenant_id, issued_before, expires_at) values ('ann', ${tenantId}, now(), now())`,
  audit_log: (sql, tenantId) =>
    sql`insert into audit_log (tenant_id, actor, act, object, outcome) values (${tenantId}, 'ann', 'act', 'thing', 'done')`,
};

/** Different for different keys: part of what tells rows apart. */
function atOf(key: string): Date {
  return key === "first" ? new Date(0) : new Date();
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 2, applicationName: "test" });
  const { sql } = database;
  const rows = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace`;
  tables = rows.map(({ name }) => name);
  for (const [tenantId, userId] of userOf) {
    await sql`insert into tenants (id, name) values (${tenantId}, ${tenantId})`;
    await sql`insert into users (id, name) values (${userId}, 'somebody')`;
    for (const insert of Object.values(inserts)) await insert(sql, tenantId, "first");
  }
});

afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

/** What the rows of a tenant look like, from outside row-level security. */
async function contents(table: string, tenantId: string): Promise<string> {
  const rows = await database.sql<{ row: string }[]>`
    select to_jsonb(t)::text as row from ${database.sql(table)} t where tenant_id = ${tenantId} order by 1`;
  return rows.map(({ row }) => row).join("\n");
}

/** How many rows the statement touched as tenant B; 0 also when B may not do such a thing at all. */
async function touched(statement: (sql: TransactionSql) => PromiseLike<{ count: number }>): Promise<number> {
  try {
    return await asTenant(database, tenantB, async ({ sql }) => (await statement(sql)).count);
  } catch (error) {
    expect(error).toMatchObject({ code: "42501" }); // insufficient_privilege: by grant or by policy
    return 0;
  }
}

test("every table with a tenant_id has a row in this test, and no other has", () => {
  expect(Object.keys(inserts).sort()).toEqual([...tables].sort());
});

describe.each(Object.entries(inserts))("of another tenant's %s, a tenant", (table, insert) => {
  test("reads, changes, writes and deletes nothing", async () => {
    const before = await contents(table, tenantA);
    expect(before).not.toBe("");
    const name = database.sql(table);
    const [seen] = await asTenant(
      database,
      tenantB,
      ({ sql }) => sql<{ foreign: number; own: number }[]>`
        select count(*) filter (where tenant_id <> ${tenantB})::int as foreign,
          count(*) filter (where tenant_id = ${tenantB})::int as own from ${name}`,
    );
    expect(seen?.foreign).toBe(0);
    expect(seen?.own).toBeGreaterThan(0);
    expect(await touched((sql) => sql`update ${name} set tenant_id = ${tenantB} where tenant_id = ${tenantA}`)).toBe(0);
    expect(await touched((sql) => sql`update ${name} set tenant_id = ${tenantA}`)).toBe(0);
    expect(await touched((sql) => sql`delete from ${name} where tenant_id = ${tenantA}`)).toBe(0);
    const foreign = asTenant(database, tenantB, async ({ sql }) => void (await insert(sql, tenantA, "second")));
    await expect(foreign).rejects.toMatchObject({ code: "42501" });
    expect(await contents(table, tenantA)).toBe(before);
    expect(await contents(table, tenantB)).not.toBe("");
  });
});

test("a tenant sees itself and its members, and changes neither", async () => {
  await asTenant(database, tenantB, async ({ sql }) => {
    expect(await sql`select id from tenants`).toEqual([{ id: tenantB }]);
    expect(await sql`select id from users`).toEqual([{ id: userOf.get(tenantB) }]);
  });
  for (const table of ["tenants", "users"]) {
    expect(await touched((sql) => sql`update ${sql(table)} set name = 'mine'`)).toBe(0);
    expect(await touched((sql) => sql`delete from ${sql(table)}`)).toBe(0);
  }
});

test("without a tenant nothing of any tenant is there", async () => {
  await asTenant(database, "", async ({ sql }) => {
    for (const table of tables) expect(await sql`select from ${sql(table)}`).toHaveLength(0);
  });
});

test.each(["conversations", "messages", "customers", "events", "measurements", "labels"])(
  "the engine may not even read %s",
  async (table) => {
    const read = asEngine(database, async ({ sql }) => void (await sql`select from ${sql(table)}`));
    await expect(read).rejects.toMatchObject({ code: "42501" });
  },
);
