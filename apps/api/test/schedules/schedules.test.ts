import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

type Who = keyof ApiFixture["tokens"] | null;
const daily = { name: "Daily echo", job: "test.echo", input: { text: "hello" }, cron: "30 2 * * *" };
const create = (who: Who, more: object = {}, headers: Record<string, string> = {}) =>
  api.send("POST", "/api/schedules", who, { body: { ...daily, ...more }, headers });

interface Answer {
  readonly id: string;
  readonly enabled: boolean;
  readonly timezone: string;
  readonly nextTimes: string[];
  readonly slots: { outcome: string; runId: string; requestedBy: string }[];
}
async function answerOf(response: Response, status: number): Promise<Answer> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  return JSON.parse(text) as Answer;
}
const created = async (who: Who, more: object = {}) => await answerOf(await create(who, more), 201);

describe("POST /api/schedules answers", () => {
  test("201 with the next ten times, in the tenant's zone when none is named", async () => {
    const response = await create("admin");
    const schedule = await answerOf(response.clone(), 201);
    expect(response.headers.get("location")).toBe(`/api/schedules/${schedule.id}`);
    expect(schedule).toMatchObject({ ...daily, timezone: "Asia/Kathmandu", catchUp: "latest", overlap: "skip" });
    expect(schedule.nextTimes).toHaveLength(10);
    // Kathmandu is 5:45 ahead all year
    for (const time of schedule.nextTimes) expect(time).toMatch(/T20:45:00\.000Z$/);
  });

  test("201 once per Idempotency-Key", async () => {
    const key = { "idempotency-key": "daily" };
    const first = await answerOf(await create("admin", {}, key), 201);
    expect(await answerOf(await create("admin", {}, key), 201)).toEqual(first);
  });

  test("201 to an operator for the platform, and for the tenant that it names", async () => {
    expect(await created("operator", { job: "test.platform" })).toMatchObject({ tenantId: null, timezone: "UTC" });
    const { birch } = api.tenants;
    expect(await created("operator", { tenantId: birch })).toMatchObject({ tenantId: birch });
  });

  test.each([
    [400, "/cron", { cron: 5 }],
    [400, "/input/text", { input: { text: 5 } }],
    [400, "/every", { every: "day" }],
    [422, "/cron", { cron: "0 0 30 2 *" }],
    [422, "/cron", { cron: "0 0 31 2,4,6 *" }],
    [422, "/cron", { cron: "* * *" }],
    [422, "/timezone", { timezone: "Mars/Olympus" }],
    [422, "/timezone", { timezone: "+05:30" }],
    [422, "/job", { job: "test.none" }],
    [422, "/input/text", { input: { text: "x".repeat(2_001) } }],
    [403, "/job", { job: "test.platform" }],
  ] as const)("%i at %s and stores nothing for %j", async (status, pointer, more) => {
    const before = await countRows(api.database, "schedules");
    expect(pointersOf(await expectProblem(await create("admin", more), status))).toEqual([pointer]);
    expect(await countRows(api.database, "schedules")).toBe(before);
  });

  test("403 to others than admins, 404 for another tenant, 401 to nobody", async () => {
    for (const who of ["agent", "supervisor", "readOnlyOperator"] as const) await expectProblem(await create(who), 403);
    await expectProblem(await create("admin", { tenantId: api.tenants.birch }), 404);
    await expectProblem(await create("ghost"), 404);
    await expectProblem(await create(null), 401);
  });

  test("409 beyond a hundred of a tenant, also to those who come at once", async () => {
    const { birch } = api.tenants;
    await api.database.sql`
      insert into schedules (id, tenant_id, name, job, input, cron, timezone, catch_up, overlap, created_by)
      select gen_random_uuid(), ${birch}, 'many', 'test.echo', '{}', '* * * * *', 'UTC', 'none', 'skip', 'test'
      from generate_series(1, 98 - (select count(*) from schedules where tenant_id = ${birch}))`;
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await create("foreignAdmin")).status));
    expect(statuses.sort()).toEqual([201, 201, 409, 409, 409, 409]);
  });
});

describe("/api/schedules/{scheduleId}", () => {
  const path = (id: string, rest = "") => `/api/schedules/${id}${rest}`;

  test("200: changed from now on, switched off and on, and taken away with its slots", async () => {
    const { id } = await created("admin");
    const change = async (body: object) => await answerOf(await api.send("PATCH", path(id), "admin", { body }), 200);
    const moved = await change({ cron: "0 12 * * *", timezone: "europe/berlin", name: "Noon" });
    expect(moved).toMatchObject({ name: "Noon", timezone: "Europe/Berlin" });
    for (const time of moved.nextTimes) expect(time).toMatch(/T1[01]:00:00\.000Z$/);
    expect(await change({ enabled: false })).toMatchObject({ enabled: false, nextTimes: [] });
    expect((await change({ enabled: true })).nextTimes).toEqual(moved.nextTimes);
    await answerOf(await api.send("DELETE", path(id), "admin"), 200);
    await expectProblem(await api.send("GET", path(id), "admin"), 404);
  });

  test("202: a run by hand, once per key, which stands among the slots", async () => {
    const { id } = await created("admin");
    const now = (key: string) =>
      api.send("POST", path(id, "/run-now"), "admin", { headers: { "idempotency-key": key } });
    const runs = [await runOf(await now("a"), 202), await runOf(await now("a"), 202), await runOf(await now("b"), 202)];
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[0]).toMatchObject({ job: "test.echo", startedBy: "admin-of-acme", state: "queued" });
    const { slots } = await answerOf(await api.send("GET", path(id), "admin"), 200);
    expect(slots).toEqual(
      [runs[2], runs[0]].map((run) =>
        expect.objectContaining({ outcome: "started", runId: run?.id, requestedBy: "admin-of-acme" }),
      ),
    );
  });

  test("404 to another tenant and for what is not there, 403 to others than admins, whatever they want", async () => {
    const { id } = await created("admin");
    for (const [method, rest, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { enabled: false }],
      ["DELETE", "", undefined],
      ["POST", "/run-now", undefined],
    ] as const) {
      const send = (who: Who, of = id) => api.send(method, path(of, rest), who, body === undefined ? {} : { body });
      await expectProblem(await send("foreignAdmin"), 404);
      await expectProblem(await send("admin", randomUUID()), 404);
      await expectProblem(await send("supervisor"), 403);
    }
    expect(await answerOf(await api.send("GET", path(id), "operator"), 200)).toMatchObject({ id, enabled: true });
  });

  test("400 and 422 for a change that makes no sense, which changes nothing", async () => {
    const before = await created("admin");
    for (const [status, body] of [
      [400, { job: "test.shared" }],
      [400, { input: { text: 5 } }],
      [422, { cron: "0 0 30 2 *" }],
      [422, { timezone: "Mars/Olympus" }],
    ] as const)
      await expectProblem(await api.send("PATCH", path(before.id), "admin", { body }), status);
    expect(await answerOf(await api.send("GET", path(before.id), "admin"), 200)).toMatchObject(before);
  });

  test("409 for one that comes with its job, but for switching it", async () => {
    const id = randomUUID();
    await api.database.sql`
      insert into schedules (id, name, job, input, cron, timezone, catch_up, overlap, built_in, created_by)
      values (${id}, 'own', 'test.platform', '{"text":"x"}', '0 3 * * *', 'UTC', 'latest', 'skip', true, 'schedule')`;
    await expectProblem(await api.send("PATCH", path(id), "operator", { body: { cron: "0 4 * * *" } }), 409);
    await expectProblem(await api.send("DELETE", path(id), "operator"), 409);
    await answerOf(await api.send("PATCH", path(id), "operator", { body: { enabled: false } }), 200);
  });
});

test("GET /api/schedules: 200 page by page, one's own tenant only", async () => {
  const ids: string[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const response = await api.send("GET", `/api/schedules?limit=2${cursor && `&cursor=${cursor}`}`, "admin");
    const page = (await response.json()) as { items: { id: string; tenantId: string }[]; nextCursor: string | null };
    expect(page.items.every(({ tenantId }) => tenantId === api.tenants.acme)).toBe(true);
    ids.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  }
  const [row] = await api.database.sql<{ count: number }[]>`
    select count(*)::int as count from schedules where tenant_id = ${api.tenants.acme}`;
  expect(new Set(ids).size).toBe(row?.count);
  await expectProblem(await api.send("GET", `/api/schedules?tenantId=${api.tenants.birch}`, "admin"), 404);
  await expectProblem(await api.send("GET", "/api/schedules", "supervisor"), 403);
});
