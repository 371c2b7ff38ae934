import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
  const about = (conversation: string, at: string) => ({ conversation, at });
  await ingestEvents(api.database, api.tenants.acme, "test", [
    { type: "conversation.created", id: "1", ...about("first", "2026-01-05T10:00:00Z"), inbox: "web", team: "sales" },
    { type: "conversation.created", id: "2", ...about("second", "2026-01-05T11:00:00Z"), inbox: "web" },
    { type: "conversation.responded", id: "3", ...about("first", "2026-01-06T10:00:30Z"), agent: "anna" },
  ]);
});
afterAll(() => api.stop());

const range = "from=2026-01-05&to=2026-01-12&timezone=Asia/Kathmandu";
const path = (query: string, report = "conversations") => `/api/analytics/${report}/records?${range}&${query}`;
const read = (query: string, report?: string, who: keyof ApiFixture["tokens"] = "supervisor") =>
  api.send("GET", path(query, report), who);
const web = { id: expect.any(Number), name: "web" };

describe("GET /api/analytics/{report}/records", () => {
  test("answers pages of what a metric counts, in the report's zone", async () => {
    const first = await (await read("metric=created&limit=1")).json();
    const sales = { id: expect.any(Number), name: "sales" };
    const item = { conversation: "first", at: "2026-01-05T15:45:00+05:45", agent: null, inbox: web, seconds: null };
    expect(first).toEqual({ items: [{ ...item, team: sales }], nextCursor: expect.any(String) });
    const second = await read(`metric=created&limit=1&cursor=${(first as { nextCursor: string }).nextCursor}`);
    expect(await second.json()).toMatchObject({ items: [{ conversation: "second", team: null }], nextCursor: null });
  });

  test("answers how long each took, in the bucket that was asked for and in no other", async () => {
    const bucket = (day: number) => `bucket=${encodeURIComponent(`2026-01-0${day}T00:00:00+05:45`)}`;
    const response = await read(`metric=firstResponse&${bucket(6)}`, "response-time");
    expect(await response.json()).toMatchObject({
      items: [{ conversation: "first", agent: { name: "anna" }, seconds: 86_430 }],
      nextCursor: null,
    });
    const other = await read(`metric=firstResponse&${bucket(7)}`, "response-time");
    expect(await other.json()).toEqual({ items: [], nextCursor: null });
  });

  test.each([
    ["no metric", "", "conversations", 400, "?metric"],
    ["an unknown metric", "metric=mood", "conversations", 400, "?metric"],
    ["another report's metric", "metric=created", "response-time", 422, "?metric"],
    ["the middle of a bucket", "metric=created&bucket=2026-01-06T00:00:00Z", "conversations", 422, "?bucket"],
    ["a broken cursor", "metric=created&cursor=x", "conversations", 400, "?cursor"],
    ["a page that is too large", "metric=created&limit=201", "conversations", 422, "?limit"],
  ])("refuses %s", async (_, query, report, status, pointer) => {
    expect(pointersOf(await expectProblem(await read(query, report), status))).toEqual([pointer]);
  });

  test("is there for supervisors, of their own tenant, for reports that have records", async () => {
    await expectProblem(await read("metric=created", "conversations", "agent"), 403);
    await expectProblem(
      await read(`metric=created&tenantId=${api.tenants.acme}`, "conversations", "foreignAdmin"),
      404,
    );
    await expectProblem(await read("metric=created", "moods"), 404);
    const foreign = await read("metric=created", "conversations", "foreignAdmin");
    expect(await foreign.json()).toEqual({ items: [], nextCursor: null });
  });
});
