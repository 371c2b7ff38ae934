import { randomUUID } from "node:crypto";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import { eraseCustomer as job } from "@deskpulse/jobs/tenants/erase-customer";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { eraseCustomer } from "../../src/tenants/erase-customer.ts";
import { createIngestWorld, type IngestWorld } from "../ingest/ingest-world.ts";
import { runContext } from "../run-context.ts";
import { openTestCache } from "../test-cache.ts";

type Output = JobOutput<typeof job>;

let world: IngestWorld;
const { cache, stop } = openTestCache();
beforeAll(async () => {
  world = await createIngestWorld();
});
afterAll(async () => {
  await stop();
  await world?.stop();
});

/** Words that only the person's data have. */
const secret = "Zanzibar";
const at = (minute: number) => new Date(Date.UTC(2026, 4, 4, 9, minute)).toISOString();
const life = (key: string, customer: string, word: string) =>
  [
    { type: "customer.upserted", at: at(0), key: customer, name: `${word} Smith` },
    { type: "conversation.created", at: at(0), conversation: key, inbox: "web", customer },
    { type: "message.created", at: at(0), direction: "in", sender: "customer", content: `I live in ${word}` },
    { type: "message.created", at: at(7), direction: "out", sender: "agent", agent: "bo", content: `Dear ${word}` },
    { type: "automation.ran", at: at(8), rule: "r", trigger: "t", outcome: "failed", durationMs: 3, error: "time-out" },
    { type: "conversation.status", at: at(20), status: "resolved" },
    { type: "csat.sent", at: at(21) },
    { type: "csat.answered", at: at(25), rating: 4, comment: `Greetings from ${word}` },
  ].map((event, index) => ({
    id: `${key}/${index}`,
    ...(event.type === "customer.upserted" ? {} : { conversation: key }),
    ...event,
  }));

async function erase(tenantId: string, customer: string): Promise<Output> {
  const ctx = runContext<Output>(world.database, tenantId);
  const output = await eraseCustomer({ cache })({ input: job.input.parse({ customer }), ctx });
  return job.output.parse(output);
}

/** Tables that hold the word anywhere, in whatever row of the tenant; packed batches are unpacked. */
async function whereIs(word: string, tenantId: string): Promise<string[]> {
  const { sql } = world.database;
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'tenant_id' order by 1`;
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await sql<{ held: boolean }[]>`
      select exists (select from ${sql(name)} t where tenant_id = ${tenantId} and t::text ilike ${`%${word}%`}) as held`;
    if (row?.held === true) found.push(name);
  }
  return found;
}

async function rateReportRun(tenantId: string): Promise<string> {
  const id = randomUUID();
  await world.database.sql`
    insert into job_runs (id, tenant_id, job, queue, state, input, created_by, created_at, run_at, finished_at, result)
    values (${id}, ${tenantId}, 'analytics.satisfaction', 'analytics', 'completed', '{}', 'ann', now(), now(), now(),
      ${JSON.stringify({ comments: [`Greetings from ${secret}`] })}::text::jsonb)`;
  return id;
}

test("takes a person out of every table and the cache, and moves no figure", async () => {
  const [tenantId, otherTenantId] = [await world.addTenant(), await world.addTenant()];
  await world.send(tenantId, [...life("a", "zed", secret), ...life("b", "zed", secret), ...life("c", "ann", "Lisbon")]);
  await world.send(otherTenantId, life("a", "zed", secret));
  await rateReportRun(tenantId);
  const place = { namespace: "reports", tenantId, key: "a report" } as const;
  await cache.set(place, { text: `Greetings from ${secret}`, madeAtMs: Date.now() });
  expect(await whereIs(secret, tenantId)).toEqual(["customers", "events", "job_runs", "messages", "surveys"]);
  const before = await world.figures(tenantId);

  expect(await erase(tenantId, "zed")).toEqual({ conversations: 2, messages: 4, comments: 2 });

  expect(await whereIs(secret, tenantId)).toEqual([]);
  expect(await cache.get(place, 0)).toBeNull();
  const [batches] = await world.database.sql`
    select count(*)::int as count from ingest_batches where tenant_id = ${tenantId}`;
  expect(batches?.count).toBe(0);
  const after = await world.figures(tenantId);
  expect(after.measurements).toEqual(before.measurements);
  expect(after.spans).toEqual(before.spans);
  expect(after.automationRuns).toEqual(before.automationRuns);
  const plain = ({ surveys, messages, conversations }: typeof before) => ({
    surveys: surveys.map(({ comment: _, ...survey }) => survey),
    messages: messages.map(({ content: _, ...message }) => message),
    conversations: conversations.map(({ customer: _, ...conversation }) => conversation),
  });
  expect(plain(after)).toEqual(plain(before));
  // nobody else's words went
  expect(await whereIs("Lisbon", tenantId)).toEqual(["customers", "events", "messages", "surveys"]);
  expect(await whereIs(secret, otherTenantId)).toEqual(["customers", "events", "messages", "surveys"]);
});

test("stays so when events come again, when the name is told anew, and when conversations are folded anew", async () => {
  const tenantId = await world.addTenant();
  const events = life("a", "zed", secret);
  await world.send(tenantId, events);
  await erase(tenantId, "zed");
  expect(await world.send(tenantId, events)).toMatchObject({ accepted: 0 });
  await world.send(tenantId, [
    { id: "again", type: "customer.upserted", at: at(50), key: "zed", name: "Erased already" },
    { id: "reopened", type: "conversation.status", at: at(55), conversation: "a", status: "open" },
  ]);
  const { conversations, messages } = await world.figures(tenantId);
  expect(conversations).toMatchObject([{ customer: "Erased customer", status: "open" }]);
  expect(messages.map(({ content }) => content)).toEqual(["", ""]);
  const kept = await world.database.sql`
    select from events where tenant_id = ${tenantId} and data::text like '%Erased already%'`;
  expect(kept).toHaveLength(0);
  // the batches that came since hold what was sent; a second run takes them too
  expect(await erase(tenantId, "zed")).toEqual({ conversations: 1, messages: 0, comments: 0 });
  expect(await whereIs(secret, tenantId)).toEqual([]);
  expect(await whereIs("Erased already", tenantId)).toEqual([]);
});

test("fails for a customer that nobody knows, and changes nothing", async () => {
  const tenantId = await world.addTenant();
  await world.send(tenantId, life("a", "zed", secret));
  const before = await world.figures(tenantId);
  await expect(erase(tenantId, "nobody")).rejects.toThrow("there is no such customer");
  expect(await world.figures(tenantId)).toEqual(before);
});
