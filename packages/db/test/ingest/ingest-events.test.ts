import { IngestEvent } from "@deskpulse/domain/ingest/event";
import { createTestDatabase, type TestDatabase } from "@deskpulse/testkit/database";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { connectDatabase, type Database } from "../../src/connect.ts";
import { ensureTenant } from "../../src/ingest/ensure-tenant.ts";
import { ingestEvents } from "../../src/ingest/ingest-events.ts";
import { asEngine, asTenant } from "../../src/transaction.ts";

let testDatabase: TestDatabase;
let database: Database;
let tenantId: string;
let tenants = 0;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = connectDatabase({ url: testDatabase.url, connectionsMax: 6, applicationName: "test" });
});

beforeEach(async () => {
  tenants += 1;
  tenantId = await asEngine(database, (tx) => ensureTenant(tx, `tenant ${tenants}`));
});

afterAll(async () => {
  await database?.close();
  await testDatabase?.drop();
});

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4, 9, minute)).toISOString();
const event = (id: string, minute: number, type: string, more: object = {}): IngestEvent =>
  IngestEvent.parse({ id, at: at(minute), type, conversation: "c1", ...more });
const inbox: IngestEvent = { id: "i", at: at(0), type: "inbox.upserted", key: "web", name: "Web", channel: "chat" };
const created = event("1", 0, "conversation.created", { inbox: "web", customer: "ann" });
const asked = event("2", 1, "message.created", { direction: "in", sender: "customer", private: false, content: "Hi" });
const answer = { direction: "out", sender: "agent", private: false, content: "Hello", agent: "bo" };
const answered = event("3", 5, "message.created", answer);

const ingest = (...events: IngestEvent[]) => ingestEvents(database, tenantId, "test", events);

/** The one conversation with what hangs on it, as its tenant sees it. */
function seen(tenant = tenantId) {
  return asTenant(database, tenant, async ({ sql }) => {
    const [row] = await sql`
      select c.status, i.name as inbox, i.channel, cu.name as customer, u.name as assignee, c.waiting_since,
        (select count(*)::int from events where conversation_id = c.id) as events,
        (select count(*)::int from messages where conversation_id = c.id) as messages,
        (select jsonb_agg(l.name order by l.name) from conversation_labels cl
          join labels l on l.id = cl.label_id where cl.conversation_id = c.id) as labels,
        (select jsonb_agg(m.kind || ' ' || m.duration_ms / 60000 order by m.at) from measurements m
          where m.conversation_id = c.id and m.kind <> 'handling') as measured
      from conversations c join inboxes i on i.id = c.inbox_id left join customers cu on cu.id = c.customer_id
      left join users u on u.id = c.assignee_id`;
    return row === undefined ? undefined : { ...row };
  });
}

describe("events that come in", () => {
  test("make the conversation, its messages and its measurements", async () => {
    const assigned = event("4", 2, "conversation.assigned", { agent: "bo", team: "desk" });
    const outcome = await ingest(inbox, created, asked, answered, assigned);
    expect(outcome).toEqual({ recorded: 4, conversations: ["c1"], changedInboxes: [] });
    expect(await seen()).toEqual({
      status: "open",
      inbox: "Web",
      channel: "chat",
      customer: "ann",
      assignee: "bo",
      waiting_since: null,
      events: 4,
      messages: 2,
      labels: null,
      measured: ["first_response 5"],
    });
  });

  test("change nothing the second time, whatever they say then", async () => {
    await ingest(inbox, created, asked, answered);
    const before = await seen();
    expect(await ingest(inbox, created, { ...answered, at: at(50) }, asked)).toEqual({
      recorded: 0,
      conversations: [],
      changedInboxes: [],
    });
    expect(await seen()).toEqual(before);
  });

  test("wait for their conversation's creation", async () => {
    await ingest(answered);
    expect(await seen()).toBeUndefined();
    await ingest(asked);
    await ingest(inbox, created);
    expect(await seen()).toMatchObject({ events: 3, messages: 2, measured: ["first_response 5"] });
  });

  test("that come late move what was measured", async () => {
    await ingest(inbox, created, asked, answered);
    await ingest(event("0", 3, "message.created", answer));
    expect(await seen()).toMatchObject({ messages: 3, measured: ["first_response 3"] });
  });

  test("may come all at once, one by one", async () => {
    await Promise.all([answered, inbox, asked, created, answered].map((one) => ingest(one)));
    expect(await seen()).toMatchObject({ events: 3, messages: 2, measured: ["first_response 5"] });
    const agents = await asTenant(database, tenantId, ({ sql }) => sql`select from memberships`);
    expect(agents).toHaveLength(1);
  });

  test("with the same id from two sources are two facts", async () => {
    await ingest(inbox, created, asked);
    const outcome = await ingestEvents(database, tenantId, "other", [asked]);
    expect(outcome.recorded).toBe(1);
    expect(await seen()).toMatchObject({ messages: 2 });
  });

  test("replace the labels, and a name that was only mentioned", async () => {
    const label = (id: string, minute: number, labels: string[]) =>
      event(id, minute, "conversation.labelled", { labels });
    await ingest(created, label("5", 6, ["bug", "vip"]));
    expect(await seen()).toMatchObject({ inbox: "web", channel: "unknown", labels: ["bug", "vip"] });
    const named: IngestEvent = { id: "l", at: at(7), type: "label.upserted", key: "vip", name: "Important" };
    await ingest(inbox, named, label("6", 7, ["vip"]));
    expect(await seen()).toMatchObject({ inbox: "Web", channel: "chat", labels: ["Important"] });
    await ingest(label("7", 8, []));
    expect(await seen()).toMatchObject({ labels: null });
  });

  test("stay in their tenant, though keys are the same", async () => {
    await ingest(inbox, created, asked);
    const other = await asEngine(database, (tx) => ensureTenant(tx, "another tenant"));
    await ingestEvents(database, other, "test", [inbox, created, answered]);
    expect(await seen()).toMatchObject({ events: 2, measured: null });
    expect(await seen(other)).toMatchObject({ events: 2, measured: ["first_response 5"] });
  });

  test("none give nothing", async () => {
    expect(await ingest()).toEqual({ recorded: 0, conversations: [], changedInboxes: [] });
  });
});
