import { pruneIngestBatches } from "@deskpulse/db/ingest/prune-ingest-batches";
import { asEngine } from "@deskpulse/db/transaction";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { createIngestWorld, type IngestWorld } from "./ingest-world.ts";

let world: IngestWorld;
let tenantId: string;
beforeAll(async () => {
  world = await createIngestWorld();
});
afterAll(() => world?.stop());
beforeEach(async () => {
  tenantId = await world.addTenant();
});

const at = (minute: number): string => new Date(Date.UTC(2026, 4, 4, 9, minute)).toISOString();
const created = (conversation: string, minute = 0) => ({
  id: `${conversation}/created`,
  type: "conversation.created",
  conversation,
  at: at(minute),
  inbox: "web",
});
const answer = (conversation: string, minute: number) => ({
  id: `${conversation}/answer`,
  type: "message.created",
  conversation,
  at: at(minute),
  direction: "out",
  sender: "agent",
  agent: "bo",
});
const many = (count: number) =>
  Array.from({ length: count }, (_, n) => [created(`c${n}`), answer(`c${n}`, 1 + (n % 50))]).flat();

describe("a batch", () => {
  test("keeps its good lines and says of each bad one where and why", async () => {
    const bytes = Buffer.concat([
      Buffer.from(`${JSON.stringify(created("c1"))}\n\n{not json\n`),
      Buffer.from([0x7b, 0xff, 0xfe, 0x7d, 0x0a]),
      Buffer.from(
        [
          { ...answer("c1", 3), content: "a\0b" },
          { ...answer("c1", 3), id: "odd", type: "conversation.exploded" },
          { ...answer("c1", 3), id: "far", at: new Date(Date.now() + 660_000).toISOString() },
          { ...answer("c1", 3), id: "old", at: "1989-12-31T23:59:59Z" },
          { id: "r", type: "csat.answered", conversation: "c1", at: at(4), rating: 6 },
          { ...answer("c1", 3), id: "more", unheard: 1 },
          5,
          { ...answer("c1", 3), id: "half", content: "\ud800" },
          { id: "z", type: "working-hours.upserted", at: at(0), inbox: "web", hours: null, timezone: "Mars/Base" },
        ]
          .map((event) => JSON.stringify(event))
          .join("\n"),
      ),
      Buffer.from(`\r\n${JSON.stringify(answer("c1", 5))}`),
    ]);
    const output = await world.take(tenantId, await world.keep(tenantId, bytes));
    expect(output).toMatchObject({ accepted: 2, duplicate: 0, rejected: 11 });
    expect(output.rejections).toEqual([
      { line: 3, pointer: "", reason: "is not JSON" },
      { line: 4, pointer: "", reason: "is not UTF-8" },
      { line: 5, pointer: "/content", reason: "holds a character that cannot be stored" },
      { line: 6, pointer: "/type", reason: "is no known type" },
      { line: 7, pointer: "/at", reason: "lies more than ten minutes in the future" },
      { line: 8, pointer: "/at", reason: "lies before 1990" },
      { line: 9, pointer: "/rating", reason: expect.any(String) },
      { line: 10, pointer: "/unheard", reason: "is not known here" },
      { line: 11, pointer: "", reason: expect.any(String) },
      { line: 12, pointer: "/content", reason: "holds a character that cannot be stored" },
      { line: 13, pointer: "/timezone", reason: "is no IANA zone that is known here" },
    ]);
    const { measurements } = await world.figures(tenantId);
    expect(measurements).toMatchObject([
      { kind: "first_response", duration_ms: "300000", agent: "bo" },
      { kind: "handling", duration_ms: "300000", agent: "bo" },
    ]);
  });

  test("shows the first hundred of its bad lines and counts all", async () => {
    const output = await world.send(tenantId, [created("c1"), ...Array.from({ length: 250 }, () => ({ id: 1 }))]);
    expect(output).toMatchObject({ accepted: 1, rejected: 250 });
    expect(output.rejections).toHaveLength(100);
  });

  test("that comes again, whatever it says then, changes nothing", async () => {
    const events = [created("c1"), answer("c1", 5)];
    await world.send(tenantId, events);
    const before = await world.figures(tenantId);
    const again = [{ ...created("c1"), conversation: "c9" }, answer("c1", 50), answer("c1", 5)];
    expect(await world.send(tenantId, again)).toMatchObject({ accepted: 0, duplicate: 3, rejected: 0 });
    expect(await world.figures(tenantId)).toEqual(before);
  });

  test("of another source has ids of its own", async () => {
    await world.send(tenantId, [created("c1"), answer("c1", 5)]);
    expect(await world.send(tenantId, [answer("c1", 5)], "other")).toMatchObject({ accepted: 1 });
    expect((await world.figures(tenantId)).messages).toHaveLength(2);
  });

  test("whose worker died is gone on with, and counts nothing twice", async () => {
    const events = many(1_600);
    const batchId = await world.keep(tenantId, world.ndjson(events));
    const dying = new AbortController();
    const died = world.take(tenantId, batchId, { signal: dying.signal, onProgress: () => dying.abort() });
    await expect(died).rejects.toThrow();
    const [row] = await world.database.sql<{ taken: number }[]>`
      select taken from ingest_batches where id = ${batchId}`;
    expect(row?.taken).toBe(1_000);
    expect(await world.take(tenantId, batchId)).toMatchObject({ accepted: 3_200, duplicate: 0 });
    expect((await world.figures(tenantId)).messages).toHaveLength(1_600);
  });

  test("taken in by two workers at once is taken in once", async () => {
    const batchId = await world.keep(tenantId, world.ndjson(many(600)));
    const outcomes = await Promise.allSettled([world.take(tenantId, batchId), world.take(tenantId, batchId)]);
    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    expect(await world.take(tenantId, batchId)).toMatchObject({ accepted: 1_200, duplicate: 0 });
    expect((await world.figures(tenantId)).messages).toHaveLength(600);
  });
});

test("an inbox's channel and hours reach what was measured before they were known", async () => {
  await world.send(tenantId, [created("c1"), answer("c1", 30)]);
  const unset = { channel: "unknown", business_ms: null };
  expect((await world.figures(tenantId)).measurements).toMatchObject([unset, unset]);
  const free = { tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] };
  await world.send(tenantId, [
    { id: "i", type: "inbox.upserted", at: at(0), key: "web", name: "Web", channel: "chat" },
    {
      id: "h",
      type: "working-hours.upserted",
      at: at(0),
      inbox: "web",
      timezone: "UTC",
      hours: { week: { monday: [{ from: "09:10", to: "17:00" }], ...free } },
    },
  ]);
  const set = { channel: "chat", business_ms: "1200000" };
  expect((await world.figures(tenantId)).measurements).toMatchObject([set, set]);
});

test("batches stay in their tenant: the same keys elsewhere are other things, and a foreign batch is not there", async () => {
  const other = await world.addTenant();
  await world.send(tenantId, [created("c1"), answer("c1", 5)]);
  const before = await world.figures(tenantId);
  expect(await world.send(other, [created("c1"), answer("c1", 7)])).toMatchObject({ accepted: 2 });
  expect(await world.figures(tenantId)).toEqual(before);
  const batchId = await world.keep(tenantId, world.ndjson([created("c2")]));
  await expect(world.take(other, batchId)).rejects.toThrow("not kept any more");
});

test("what was received is pruned a week after it was taken in, and what nobody took in after a month", async () => {
  const { sql } = world.database;
  await sql`delete from ingest_batches`;
  const age = async (days: number, isTaken: boolean): Promise<string> => {
    const id = await world.keep(tenantId, world.ndjson([created("c1")]));
    if (isTaken) await world.take(tenantId, id);
    await sql`update ingest_batches set received_at = now() - ${days}::int * interval '1 day' where id = ${id}`;
    return id;
  };
  const [fresh, waiting] = [await age(6, true), await age(29, false)];
  await age(8, true);
  await age(31, false);
  const monthAgo = Date.now() - 30 * 86_400_000;
  expect(await asEngine(world.database, (tx) => pruneIngestBatches(tx, 7, monthAgo, 100))).toBe(2);
  const left = await sql<{ id: string }[]>`select id from ingest_batches`;
  expect(left.map(({ id }) => id).sort()).toEqual([fresh, waiting].sort());
});
