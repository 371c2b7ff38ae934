import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { holdWorkingHours } from "@deskpulse/db/ingest/hold-working-hours";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import { IngestEvent } from "@deskpulse/domain/ingest/event";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import type { recomputeBusinessHours as job } from "@deskpulse/jobs/tenants/recompute-business-hours";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { recomputeBusinessHours } from "../../src/tenants/recompute-business-hours.ts";
import { runContext } from "../run-context.ts";

let testDatabase: TestDatabase;
let database: Database;
let tenantId: string;
let tenants = 0;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 5, applicationName: "test" });
});
afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});
beforeEach(async () => {
  tenants += 1;
  tenantId = await asEngine(database, (tx) => ensureTenant(tx, `tenant ${tenants}`));
});

/** Monday the 4th of May 2026, UTC. */
const at = (hour: number, minute = 0) => new Date(Date.UTC(2026, 4, 4, hour, minute)).toISOString();
const conversation = (key: string, inbox: string, answeredAt: string): IngestEvent[] =>
  [
    { id: `${key}/1`, at: at(8), type: "conversation.created", conversation: key, inbox },
    { id: `${key}/2`, at: answeredAt, type: "conversation.responded", conversation: key },
  ].map((event) => IngestEvent.parse(event));
const ingest = (...events: IngestEvent[]) => ingestEvents(database, tenantId, "test", events);
const monday = (from: string, to: string) =>
  JSON.stringify({
    week: {
      monday: [{ from, to }],
      tuesday: [],
      wednesday: [],
      thursday: [],
      friday: [],
      saturday: [],
      sunday: [],
    },
    holidays: [],
  });
const setTenant = (hours: string | null, timezone = "UTC") =>
  database.sql`update tenants set working_hours = ${hours}::text::jsonb, timezone = ${timezone} where id = ${tenantId}`;
const setInbox = (key: string, hours: string | null, timezone: string | null) => database.sql`
  update inboxes set working_hours = ${hours}::text::jsonb, timezone = ${timezone}
  where tenant_id = ${tenantId} and source_key = ${key}`;

/** Business minutes of each conversation's first response, by key; null where there are none. */
async function measured(): Promise<Record<string, number | null>> {
  const rows = await database.sql<{ key: string; minutes: number | null }[]>`
    select c.source_key as key, (m.business_ms / 60000)::int as minutes from measurements m
    join conversations c on c.tenant_id = m.tenant_id and c.id = m.conversation_id
    where m.tenant_id = ${tenantId} order by 1`;
  return Object.fromEntries(rows.map(({ key, minutes }) => [key, minutes]));
}

type Output = JobOutput<typeof job>;
async function recompute(inboxId: number | null = null): Promise<Output> {
  const ctx = runContext<Output>(database, tenantId);
  const output = await recomputeBusinessHours({ input: { inboxId }, ctx });
  if (!("measurementsChanged" in output)) throw new Error("this job ends with a plain result");
  return output;
}

test("what comes in is measured by the inbox's hours and zone, else by the tenant's, else not at all", async () => {
  await ingest(...conversation("before", "web", at(10)));
  expect(await measured()).toEqual({ before: null });
  await setTenant(monday("09:00", "17:00"));
  await ingest(...conversation("tenants", "web", at(10, 30)), ...conversation("other", "mail", at(8, 30)));
  expect(await measured()).toEqual({ before: null, other: 0, tenants: 90 });
  // 13:45 to 16:15 in Kathmandu
  await setInbox("mail", monday("14:00", "15:00"), "Asia/Kathmandu");
  await ingest(...conversation("mails", "mail", at(10, 30)));
  expect(await measured()).toMatchObject({ mails: 60 });
});

test("history is measured anew when hours change, and a second run changes nothing", async () => {
  await ingest(...conversation("a", "web", at(10)), ...conversation("b", "mail", at(12)));
  await setTenant(monday("09:00", "17:00"));
  expect(await recompute()).toEqual({ measurementsChanged: 2 });
  expect(await measured()).toEqual({ a: 60, b: 180 });
  expect(await recompute()).toEqual({ measurementsChanged: 0 });
  await setTenant(monday("09:00", "17:00"), "Asia/Kathmandu");
  expect(await recompute()).toEqual({ measurementsChanged: 2 });
  expect(await measured()).toEqual({ a: 120, b: 195 });
  await setTenant(null);
  await recompute();
  expect(await measured()).toEqual({ a: null, b: null });
});

test("of one inbox only its own measurements are touched", async () => {
  await ingest(...conversation("a", "web", at(10)), ...conversation("b", "mail", at(12)));
  await setInbox("mail", monday("09:00", "10:00"), null);
  await setInbox("web", monday("09:00", "10:00"), null);
  const [inbox] = await database.sql<{ id: string }[]>`
    select id from inboxes where tenant_id = ${tenantId} and source_key = 'mail'`;
  expect(await recompute(Number(inbox?.id))).toEqual({ measurementsChanged: 1 });
  expect(await measured()).toEqual({ a: null, b: 60 });
});

test("several pages reach every measurement", async () => {
  await ingest(...Array.from({ length: 2_300 }, (_, n) => conversation(`c${n}`, "web", at(10))).flat());
  await setTenant(monday("09:00", "17:00"));
  expect(await recompute()).toEqual({ measurementsChanged: 2_300 });
  expect(new Set(Object.values(await measured()))).toEqual(new Set([60]));
});

test("whoever still measures by the old hours is waited for", async () => {
  await ingest(...conversation("a", "web", at(10)));
  let release = (): void => undefined;
  let holding = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    holding = resolve;
  });
  const measuring = asTenant(database, tenantId, async (tx) => {
    await holdWorkingHours(tx);
    holding();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    await tx.sql`update measurements set business_ms = 1 where tenant_id = ${tenantId}`;
  });
  await held;
  await setTenant(monday("09:00", "17:00"));
  const run = recompute();
  await eventually(async () => {
    const waiting = await database.sql`
      select from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`;
    expect(waiting).toHaveLength(1);
  });
  release();
  await measuring;
  expect(await run).toEqual({ measurementsChanged: 1 });
  expect(await measured()).toEqual({ a: 60 });
});
