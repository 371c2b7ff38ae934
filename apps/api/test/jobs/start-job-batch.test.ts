import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import type { RunAnswer } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

const echo = (text: unknown, more: object = {}) => ({ job: "test.echo", input: { text }, ...more });
const post = (
  runs: unknown,
  who: "agent" | "operator" | "readOnlyOperator" = "agent",
  more: object = {},
  key?: string,
) =>
  api.send("POST", "/api/jobs/batch", who, {
    body: { runs, ...more },
    headers: key === undefined ? {} : { "idempotency-key": key },
  });
async function runsOf(response: Response): Promise<RunAnswer[]> {
  expect(response.status).toBe(202);
  return ((await response.json()) as { runs: RunAnswer[] }).runs;
}

describe("POST /api/jobs/batch answers 202", () => {
  test("with a thousand runs in the order in which they were asked for", async () => {
    const runs = await runsOf(await post(Array.from({ length: 1_000 }, (_, n) => echo(`n ${n}`, { priority: n }))));
    expect(runs.map(({ priority }) => priority)).toEqual(Array.from({ length: 1_000 }, (_, n) => n));
    const stored = await api.database.sql<{ id: string; text: string }[]>`
      select id, input ->> 'text' as text from job_runs where job = 'test.echo' order by priority`;
    expect(stored.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
    expect(stored.map(({ text }) => text)).toEqual(runs.map((_, n) => `n ${n}`));
  });

  test("and gives equal shared requests one run, of this batch or under way", async () => {
    const shared = (text: string, more: object = {}) => ({ job: "test.shared", input: { text }, ...more });
    const running = (await (await api.start("agent", "test.shared", { text: "a" })).json()) as RunAnswer;
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const runs = await runsOf(await post([shared("b"), shared("a"), shared("b"), shared("b", { runAt: tomorrow })]));
    expect(runs[1]?.id).toBe(running.id);
    expect(runs[2]?.id).toBe(runs[0]?.id);
    expect(new Set(runs.map(({ id }) => id)).size).toBe(3);
    // who asks now does not wait for tomorrow
    expect(runs[3]).toMatchObject({ runAt: tomorrow, state: "queued" });
    const again = (await (await api.start("agent", "test.shared", { text: "b" })).json()) as RunAnswer;
    expect(again.id).toBe(runs[0]?.id);
  });

  test("once per Idempotency-Key", async () => {
    const first = await runsOf(await post([echo("x"), echo("y")], "agent", {}, "batch"));
    const before = await api.countRuns();
    expect(await runsOf(await post([echo("x"), echo("y")], "agent", {}, "batch"))).toEqual(first);
    expect(await api.countRuns()).toBe(before);
    await expectProblem(await post([echo("z")], "agent", {}, "batch"), 422);
  });

  test("to an operator for the tenant that it names, with that tenant's settings", async () => {
    const [run] = await runsOf(
      await post([{ job: "test.zoned", input: { text: "x" } }], "operator", { tenantId: api.tenants.birch }),
    );
    expect(run).toMatchObject({ tenantId: api.tenants.birch, startedBy: "operator" });
  });
});

describe("POST /api/jobs/batch stores nothing and answers", () => {
  const bad = (item: unknown, at: number, length: number) =>
    Array.from({ length }, (_, n) => (n === at ? item : echo(`n ${n}`)));
  const tooLate = new Date(Date.now() + 400 * 86_400_000).toISOString();

  test.each([
    [400, "a wrong input at 499", bad(echo(5), 499, 1_000), "/runs/499/input/text"],
    [400, "an unknown field", bad(echo("x", { when: 1 }), 17, 20), "/runs/17/when"],
    [400, "no list", {}, "/runs"],
    [403, "a job of a higher role", bad({ job: "test.administered", input: { text: "x" } }, 3, 5), "/runs/3/job"],
    [422, "an unknown job", bad({ job: "test.none", input: {} }, 2, 3), "/runs/2/job"],
    [422, "a text that is too long", bad(echo("x".repeat(2_001)), 499, 1_000), "/runs/499/input/text"],
    [422, "a priority out of bounds", bad(echo("x", { priority: 1_001 }), 1, 2), "/runs/1/priority"],
    [422, "a time beyond a year", bad(echo("x", { runAt: tooLate }), 1, 2), "/runs/1/runAt"],
    [422, "more than a thousand", bad(echo("x"), 0, 1_001), "/runs"],
    [422, "none", [], "/runs"],
  ])("%i for %s", async (status, _what, runs, pointer) => {
    const [before, keys] = [await api.countRuns(), await countRows(api.database, "idempotency_keys")];
    expect(pointersOf(await expectProblem(await post(runs, "agent", {}, "refused"), status))).toEqual([pointer]);
    expect([await api.countRuns(), await countRows(api.database, "idempotency_keys")]).toEqual([before, keys]);
  });

  test("403 to who may only read, 404 for another tenant, 413 for a body beyond 4 MB, 422 for a tenant unnamed", async () => {
    await expectProblem(await post([echo("x")], "readOnlyOperator"), 403);
    await expectProblem(await post([echo("x")], "agent", { tenantId: api.tenants.birch }), 404);
    await expectProblem(await post([echo("x".repeat(4_100_000))]), 413);
    const unnamed = await expectProblem(await post([echo("x")], "operator"), 422);
    expect(pointersOf(unnamed)).toEqual(["/tenantId"]);
  });
});

test("GET /api/jobs/catalog: 200 with the schemas and what the caller may start, 304 when it is known", async () => {
  const read = async (who: "agent" | "operator", tag?: string) =>
    await api.send("GET", "/api/jobs/catalog", who, { headers: tag === undefined ? {} : { "if-none-match": tag } });
  const response = await read("agent");
  const { items } = (await response.json()) as { items: { name: string; mayStart: boolean; request: object }[] };
  const mayStart = new Map(items.map((item) => [item.name, item.mayStart]));
  expect([mayStart.get("test.echo"), mayStart.get("test.administered"), mayStart.get("test.platform")]).toEqual([
    true,
    false,
    false,
  ]);
  expect(items.find(({ name }) => name === "test.echo")?.request).toMatchObject({ required: ["text"] });
  const tag = response.headers.get("etag") ?? "";
  expect((await read("agent", tag)).status).toBe(304);
  expect((await read("operator", tag)).status).toBe(200);
});
