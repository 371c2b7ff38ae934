import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { readChatwootWebhook } from "@deskpulse/domain/ingest/chatwoot-webhook";
import { readPublicEvent } from "@deskpulse/domain/ingest/public-event";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import postgres, { type Sql } from "postgres";
import { importChatwoot } from "../src/chatwoot/import-chatwoot.ts";
import { createChatwootTables, fillChatwoot } from "./chatwoot-database.ts";

let testDatabase: TestDatabase;
let database: Database;
let sql: Sql;
let from: string;
const count = 240;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 4, applicationName: "test" });
  sql = postgres(testDatabase.url, { max: 1, onnotice: () => {} });
  await createChatwootTables(sql);
  await fillChatwoot(sql, count);
  const url = new URL(testDatabase.url);
  url.searchParams.set("search_path", "chatwoot");
  from = url.href;
});
afterAll(async () => {
  await sql?.end();
  await database?.close();
  await testDatabase?.drop();
});

const take = (tenant: string, more: Partial<Parameters<typeof importChatwoot>[0]> = {}) =>
  importChatwoot({ database, from, accountId: 1, tenant, ...more });

/** What reports are made of, counted and summed. */
async function figures(tenantId: string) {
  const [row] = await sql`
    select
      (select count(*)::int from conversations where tenant_id = ${tenantId}) as conversations,
      (select jsonb_object_agg(status, n) from (select status, count(*) as n from conversations
        where tenant_id = ${tenantId} group by 1) as s) as statuses,
      (select count(*)::int from conversations where tenant_id = ${tenantId} and assignee_id is not null) as assigned,
      (select count(*)::int from conversation_labels where tenant_id = ${tenantId}) as labels,
      (select count(*)::int from messages where tenant_id = ${tenantId} and direction = 'in') as incoming,
      (select count(*)::int from messages where tenant_id = ${tenantId} and direction = 'out' and not is_private) as outgoing,
      (select count(*)::int from messages where tenant_id = ${tenantId} and is_private) as notes,
      (select sum(duration_ms)::float from measurements where tenant_id = ${tenantId} and kind = 'first_response') as first_response_ms,
      (select sum(duration_ms)::float from measurements where tenant_id = ${tenantId} and kind = 'resolution') as resolution_ms,
      (select count(*)::int from measurements where tenant_id = ${tenantId} and kind = 'resolution') as resolutions,
      (select count(business_ms)::int from measurements where tenant_id = ${tenantId} and kind = 'first_response') as in_hours,
      (select count(*)::int from surveys where tenant_id = ${tenantId}) as surveys,
      (select sum(rating)::int from surveys where tenant_id = ${tenantId}) as ratings,
      (select count(*)::int from sla_targets where tenant_id = ${tenantId} and target = 'first_response') as slas,
      (select array_agg(distinct u.name order by u.name) from memberships m join users u on u.id = m.user_id
        where m.tenant_id = ${tenantId}) as agents`;
  return row;
}

/** The same, by plain SQL over the source. */
async function expected() {
  const [row] = await sql`
    select count(*)::int as conversations,
      (select jsonb_object_agg(s, n) from (select (array['open','resolved','pending','snoozed'])[status + 1] as s, count(*) as n
        from chatwoot.conversations where account_id = 1 group by 1) as x) as statuses,
      count(assignee_id)::int as assigned,
      (select count(*)::int from chatwoot.taggings g join chatwoot.conversations k on k.id = g.taggable_id and k.account_id = 1) as labels,
      (select count(*)::int from chatwoot.messages where account_id = 1 and message_type = 0) as incoming,
      (select count(*)::int from chatwoot.messages where account_id = 1 and message_type = 1 and not private) as outgoing,
      (select count(*)::int from chatwoot.messages where account_id = 1 and private) as notes,
      (select sum(extract(epoch from m.created_at - k.created_at) * 1000)::float from chatwoot.messages m
        join chatwoot.conversations k on k.id = m.conversation_id
        where m.account_id = 1 and m.message_type = 1 and not m.private) as first_response_ms,
      (select sum(extract(epoch from e.event_end_time - k.created_at) * 1000)::float from chatwoot.reporting_events e
        join chatwoot.conversations k on k.id = e.conversation_id where e.account_id = 1) as resolution_ms,
      (select count(*)::int from chatwoot.reporting_events where account_id = 1) as resolutions,
      (count(*) filter (where inbox_id = 1))::int as in_hours,
      (select count(*)::int from chatwoot.messages where account_id = 1 and content_type = 9) as surveys,
      (select sum(rating)::int from chatwoot.csat_survey_responses where account_id = 1) as ratings,
      (select count(*)::int from chatwoot.applied_slas where account_id = 1) as slas,
      array['Bo', 'Cy'] as agents
    from chatwoot.conversations where account_id = 1`;
  return row;
}

test("an account's figures are those of plain SQL over its database", async () => {
  const progress: number[] = [];
  const outcome = await take("whole", { onProgress: (done, total) => progress.push(done / total) });
  const [source] = await sql`select count(*)::int as count from chatwoot.conversations where account_id = 1`;
  expect(outcome).toMatchObject({ tenant: "whole", conversations: source?.count, refused: 0, resumed: false });
  expect(await figures(outcome.tenantId)).toEqual(await expected());
  expect(progress.at(-1)).toBe(1);
  expect(progress.length).toBeGreaterThan(2);
});

test("a second import finds nothing new, and one after new messages only these", async () => {
  await take("twice");
  expect(await take("twice")).toMatchObject({ newEvents: 0, refused: 0, resumed: false });
  await sql`insert into chatwoot.messages (id, account_id, conversation_id, message_type, sender_type, sender_id, content, created_at)
    values (900001, 1, 1, 0, 'Contact', 2, 'Later', '2026-05-05 08:00')`;
  expect((await take("twice")).newEvents).toBe(1);
  await sql`delete from chatwoot.messages where id = 900001`;
});

test("one that breaks off goes on where it was, and loses and doubles nothing", async () => {
  const breaking = new AbortController();
  const onProgress = () => breaking.abort(new Error("the source went away"));
  await expect(take("broken", { onProgress, signal: breaking.signal })).rejects.toThrow("the source went away");
  const rest = await take("broken");
  expect(rest).toMatchObject({ resumed: true, refused: 0 });
  expect(rest.conversations).toBeLessThan(count - 100);
  expect(await figures(rest.tenantId)).toEqual(await expected());
});

test("what webhooks told before is known", async () => {
  const { tenantId } = await take("met");
  const before = await figures(tenantId);
  const at = (minutes: number) => Date.parse("2026-05-04T08:00:00Z") + (3 * 37 + minutes) * 60_000;
  const conversation = {
    id: 3,
    inbox_id: 2,
    channel: "Channel::Email",
    created_at: at(0) / 1000,
    updated_at: at(80) / 1000 + 0.25,
  };
  const message = { id: 33, message_type: "outgoing", created_at: new Date(at(5)).toISOString(), content: "Text 3" };
  const payloads = [
    { ...conversation, event: "conversation_created" },
    { ...message, event: "message_created", conversation, sender: { id: 2, name: "Cy", type: "user" } },
    {
      ...conversation,
      event: "conversation_status_changed",
      changed_attributes: [{ status: { previous_value: "open", current_value: "resolved" } }],
    },
  ];
  const events = payloads.flatMap((payload) => {
    const told = readChatwootWebhook(payload, at(80));
    if ("defect" in told) throw new Error(told.defect.reason);
    return told.events.flatMap((event) => {
      const read = readPublicEvent(event, Date.now());
      if ("defect" in read) throw new Error(read.defect.reason);
      return read.event.type.endsWith(".upserted") ? [] : [read.event];
    });
  });
  expect(events.length).toBeGreaterThan(3);
  const { recorded } = await ingestEvents(database, tenantId, "chatwoot", events, { keepReferences: true });
  expect(recorded).toBe(0);
  expect(await figures(tenantId)).toEqual(before);
});

test("without an account's number there must be one only, and it must be there", async () => {
  await expect(take("none", { accountId: null })).rejects.toThrow("--account ID; there are: 1 (Shop), 2 (Other)");
  await expect(take("none", { accountId: 7 })).rejects.toThrow("--account ID");
});
