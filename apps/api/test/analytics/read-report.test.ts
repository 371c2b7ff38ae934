import { randomUUID } from "node:crypto";
import { jobs } from "@deskpulse/jobs/catalog";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture({ jobs });
});
afterAll(() => api.stop());

const range = "from=2026-01-01&to=2026-02-01";
const atOnce = { headers: { prefer: "respond-async" } };
const paths = ["/api/analytics/conversations", "/api/analytics/response-time"] as const;

/** As a worker would end it: what the result says is not what is tested here. */
const complete = (runId: string, agoSeconds = 0) => api.database.sql`
  update job_runs set state = 'completed', finished_at = now() - ${agoSeconds}::int * interval '1 second',
    result = '{"meta":{}}' where id = ${runId}`;

/** The answer of a call that waits, while whatever unfinished run it may wait for is ended so. */
async function answerWhileEnding(
  waiting: Promise<Response>,
  label: string,
  end: (runId: string) => PromiseLike<unknown>,
) {
  const answered: Response[] = [];
  const taking = waiting.then((response) => answered.push(response));
  const [response] = await eventually(
    async () => {
      const runs = await api.database.sql<{ id: string }[]>`
      select id from job_runs where finished_at is null and input::text like ${`%"${label}"%`}`;
      for (const { id } of runs) await end(id);
      if (answered.length === 0) throw new Error("not answered yet");
      return answered;
    },
    { timeoutMs: 15_000 },
  );
  await taking;
  if (response === undefined) throw new Error("not answered");
  return response;
}

describe.each(paths)("GET %s", (path) => {
  const read = (query: string, who: keyof ApiFixture["tokens"] = "supervisor", sent = {}) =>
    api.send("GET", `${path}?${query}`, who, sent);

  test("answers 202 with the one run that a hundred equal requests share, however they are written", async () => {
    const before = await api.countRuns();
    const queries = [`${range}&channel=chat&channel=email`, `channel=email&channel=chat&${range}&groupBy=day`];
    const runs = await Promise.all(
      Array.from({ length: 100 }, async (_, index) =>
        runOf(await read(queries[index % 2] ?? "", "supervisor", atOnce), 202),
      ),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    expect(await api.countRuns()).toBe(before + 1);
    const foreign = await runOf(await read(queries[0] ?? "", "foreignAdmin", atOnce), 202);
    expect(foreign.tenantId).toBe(api.tenants.birch);
  });

  test("waits for the run and answers 200 with Age, ETag and Cache-Control; 304 to who has it", async () => {
    const waiting = read(`${range}&label=waits`, "supervisor", { headers: { prefer: "wait=20" } });
    const response = await answerWhileEnding(waiting, "waits", (id) => complete(id, 7));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ meta: {} });
    expect(Number(response.headers.get("age"))).toBeGreaterThanOrEqual(7);
    expect(response.headers.get("cache-control")).toBe("private");
    const etag = response.headers.get("etag") ?? "";
    for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const known = await read(`${range}&label=waits`, "supervisor", { headers: { "if-none-match": tag } });
      expect(known.status).toBe(304);
      expect(known.headers.get("etag")).toBe(etag);
      expect(await known.text()).toBe("");
    }
    const other = await read(`${range}&label=waits`, "supervisor", { headers: { "if-none-match": '"other"' } });
    expect(other.status).toBe(200);
  });

  test("computes anew when the stored result is older than maxAge, and not while it is young enough", async () => {
    const { id } = await runOf(await read(`${range}&label=old`, "supervisor", atOnce), 202);
    await complete(id, 500);
    expect((await read(`${range}&label=old&maxAge=3600`)).status).toBe(200);
    const anew = await runOf(await read(`${range}&label=old&maxAge=100`, "supervisor", atOnce), 202);
    expect(anew.id).not.toBe(id);
  });

  test("answers 503 when the report could not be computed, in words for people", async () => {
    const waiting = read(`${range}&label=fails`, "supervisor", { headers: { prefer: "wait=20" } });
    const fail = (id: string) => api.database.sql`update job_runs set state = 'failed', finished_at = now(),
      problem = '{"code":"processor-error","detail":"it broke"}' where id = ${id}`;
    await expectProblem(await answerWhileEnding(waiting, "fails", fail), 503);
  });

  test.each([
    ["an unknown parameter", `${range}&color=red`, 400],
    ["an unknown grouping", `${range}&groupBy=fortnight`, 400],
    ["an id that is no number", `${range}&teamId=sales`, 400],
    ["a parameter twice that stands once", `${range}&timezone=UTC&timezone=UTC`, 400],
    ["NUL", `${range}&label=a%00b`, 400],
    ["broken encoding", `${range}&label=%ff`, 400],
    ["a prototype key", `${range}&__proto__=1`, 400],
    ["an unknown zone", `${range}&timezone=Mars/Olympus`, 422],
    ["a range that ends before it begins", "from=2026-02-01&to=2026-01-01", 422],
    ["an empty range", "from=2026-02-01&to=2026-02-01", 422],
    ["a time without zone", "from=2026-02-01T00:00:00&to=2026-03-01", 422],
    ["a day that is none", "from=2026-02-30&to=2026-03-30", 422],
    ["too many buckets", "from=2020-01-01&to=2026-01-01&groupBy=hour", 422],
    ["a malformed maxAge", `${range}&maxAge=-1`, 400],
  ])("refuses %s and starts nothing", async (_, query, status) => {
    const before = await api.countRuns();
    await expectProblem(await read(query), status);
    expect(await api.countRuns()).toBe(before);
  });

  test.each([
    [`${range}&timezone=Mars/Olympus`, "?timezone"],
    ["from=2026-02-01&to=2026-01-01", "?from"],
    ["from=2026-01-01&to=nonsense", "?to"],
    ["from=2020-01-01&to=2026-01-01&groupBy=hour", "?groupBy"],
    [`${range}&color=red`, "?color"],
  ])("says which parameter is wrong: %s", async (query, pointer) => {
    expect(pointersOf(await expectProblem(await read(query), query.includes("color") ? 400 : 422))).toEqual([pointer]);
  });

  test("says where the input of a run is wrong, and takes a tenant's id in any case", async () => {
    const body = { job: "analytics.conversations", input: { timezone: "Mars/Olympus" } };
    const refused = await api.send("POST", "/api/jobs", "supervisor", { body });
    expect(pointersOf(await expectProblem(refused, 422))).toEqual(["/input/timezone"]);
    await expectProblem(await read(`${range}&tenantId=${api.tenants.birch.toUpperCase()}`, "admin"), 404);
    const named = await read(`${range}&tenantId=${api.tenants.acme.toUpperCase()}`, "supervisor", atOnce);
    expect([200, 202]).toContain(named.status);
    await named.arrayBuffer();
  });

  test("refuses agents with 403, another tenant with 404, and an operator who names none with 422", async () => {
    const before = await api.countRuns();
    await expectProblem(await read(range, "agent"), 403);
    await expectProblem(await read(`${range}&tenantId=${api.tenants.birch}`, "admin"), 404);
    await expectProblem(await read(`${range}&tenantId=${randomUUID()}`, "operator"), 404);
    await expectProblem(await read(range, "ghost"), 404);
    await expectProblem(await read(range, "operator"), 422);
    expect(await api.countRuns()).toBe(before);
    const named = await runOf(await read(`${range}&tenantId=${api.tenants.birch}`, "operator", atOnce), 202);
    expect(named.tenantId).toBe(api.tenants.birch);
  });
});
