import { randomUUID } from "node:crypto";
import { cacheFigures } from "@deskpulse/contract/performance/cache";
import { jobs } from "@deskpulse/jobs/catalog";
import { eventually } from "@deskpulse/testkit/eventually";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { looks, reportPath, storeReport } from "./report-runs.ts";

let proxy: TcpProxy;
let api: ApiFixture;
beforeAll(async () => {
  proxy = await startTcpProxy(testServers().redisUrl);
  api = await startApiFixture({ jobs, variables: { CACHE_REDIS_URL: proxy.through(testServers().redisUrl) } });
});
afterAll(async () => {
  await api.stop();
  await proxy.stop();
});

type Who = keyof ApiFixture["tokens"];

describe.each([
  ["cache-warmup", "performance.cache-warmup", { budgetSeconds: 5, limit: 3 }],
  ["cache-clear", "performance.cache-clear", { scope: "all", namespace: "reports" }],
] as const)("POST /api/performance/optimize/%s", (name, job, asked) => {
  const post = (who: Who, body: object, headers = {}) =>
    api.send("POST", `/api/performance/optimize/${name}`, who, { body, headers });

  test("202: an admin's run is of the own tenant, and a second call shares it", async () => {
    const run = await runOf(await post("admin", asked), 202);
    expect(run).toMatchObject({ job, tenantId: api.tenants.acme, state: "queued", startedBy: "admin-of-acme" });
    expect((await runOf(await post("admin", asked), 202)).id).toBe(run.id);
    expect((await runOf(await post("admin", { ...asked, tenantId: api.tenants.acme }), 202)).id).toBe(run.id);
    const foreign = await runOf(await post("foreignAdmin", asked), 202);
    expect(foreign.tenantId).toBe(api.tenants.birch);
    const [row] = await api.database.sql`select input from job_runs where id = ${run.id}`;
    expect(row?.input).toEqual(asked);
  });

  test("202: an operator names a tenant, or all", async () => {
    const one = await runOf(await post("operator", { ...asked, tenantId: api.tenants.acme }), 202);
    expect(one.tenantId).toBe(api.tenants.acme);
    const all = await runOf(await post("operator", { ...asked, tenantId: "all" }), 202);
    expect(all.tenantId).toBeNull();
    expect((await runOf(await post("operator", { ...asked, tenantId: "all" }), 202)).id).toBe(all.id);
  });

  test("202: a repeat with the same Idempotency-Key gets the same run, also after that has ended", async () => {
    const headers = { "idempotency-key": `${name}-${randomUUID()}` };
    const run = await runOf(await post("admin", asked, headers), 202);
    await api.database.sql`update job_runs set state = 'cancelled', finished_at = now() where id = ${run.id}`;
    expect((await runOf(await post("admin", asked, headers), 202)).id).toBe(run.id);
    await expectProblem(await post("admin", { ...asked, tenantId: api.tenants.acme }, headers), 422);
    expect((await runOf(await post("admin", asked), 202)).id).not.toBe(run.id);
  });

  test("200: Prefer: wait gets the end when it comes in time", async () => {
    const answered: Response[] = [];
    const waiting = post("admin", asked, { prefer: "wait=20" }).then((response) => answered.push(response));
    // the call may not have come to its run yet when the first look is taken
    const [response] = await eventually(
      async () => {
        await api.database.sql`update job_runs set state = 'completed', result = '{"seconds":1}', finished_at = now()
          where job = ${job} and tenant_id = ${api.tenants.acme} and finished_at is null`;
        if (answered.length === 0) throw new Error("not answered yet");
        return answered;
      },
      { timeoutMs: 15_000 },
    );
    await waiting;
    expect(await runOf(response ?? Response.error(), 200)).toMatchObject({
      state: "completed",
      result: { seconds: 1 },
    });
  });

  test.each([
    ["403: a supervisor", "supervisor", {}, 403],
    ["403: an operator who may only read", "readOnlyOperator", { tenantId: "all" }, 403],
    ["403: all tenants for an admin", "admin", { tenantId: "all" }, 403],
    ["404: another tenant", "admin", { tenantId: randomUUID() }, 404],
    ["404: no such tenant, for an operator", "operator", { tenantId: randomUUID() }, 404],
    ["422: an operator who names none", "operator", {}, 422],
    ["400: an unknown field", "admin", { budget: 1 }, 400],
    ["400: a tenant that is no id", "operator", { tenantId: "acme" }, 400],
  ] as const)("%s, and nothing is started", async (_, who, extra, status) => {
    const before = await countRows(api.database, "job_runs");
    await expectProblem(await post(who, { ...asked, ...extra }), status);
    expect(await countRows(api.database, "job_runs")).toBe(before);
  });
});

test("422: a budget or a number of reports beyond its bounds starts nothing", async () => {
  const before = await countRows(api.database, "job_runs");
  for (const body of [{ budgetSeconds: 0 }, { budgetSeconds: 601 }, { limit: 0 }, { limit: 1_001 }]) {
    await expectProblem(await api.send("POST", "/api/performance/optimize/cache-warmup", "admin", { body }), 422);
  }
  expect(await countRows(api.database, "job_runs")).toBe(before);
});

describe("GET /api/performance/cache", () => {
  const read = async (who: Who, query = "") => {
    const response = await api.send("GET", `/api/performance/cache${query}`, who);
    expect(response.status).toBe(200);
    return cacheFigures.parse(await response.json());
  };

  test("200: hits, misses and keys are those that were counted apart; of the own tenant for an admin, of all for an operator", async () => {
    const query = "from=2026-01-01&to=2026-02-01&label=figures&maxAge=3600";
    await storeReport(api, query, "figures");
    for (let nth = 0; nth < 12; nth++) await api.send("GET", `${reportPath}?${query}`, "supervisor");
    const counted = await looks(api);
    expect(counted.hits).toBeGreaterThan(5);
    await eventually(async () => {
      const [of, all] = [await read("admin"), await read("operator")];
      expect(of.tenantId).toBe(api.tenants.acme);
      expect(of.namespaces).toEqual([
        expect.objectContaining({
          namespace: "reports",
          ...counted,
          hitRate: counted.hits / (counted.hits + counted.misses + counted.errors),
          keys: 1,
        }),
      ]);
      expect(of.ttlCoverage).toEqual({ share: 1, keysSampled: 1 });
      expect(of.usedBytes).toBeGreaterThan(500);
      expect(of.budgetBytes).toBe(64 * 1_024 * 1_024);
      expect(Date.now() - Date.parse(of.sampledAt)).toBeLessThan(2_000);
      expect(all).toMatchObject({ tenantId: null, namespaces: of.namespaces });
    });
    const none = { hits: 0, misses: 0, errors: 0, hitRate: null, keys: 0, bytes: 0 };
    expect((await read("foreignAdmin")).namespaces[0]).toMatchObject(none);
    expect((await read("operator", `?tenantId=${api.tenants.birch}`)).namespaces[0]).toMatchObject(none);
    expect((await read("readOnlyOperator", `?tenantId=${api.tenants.acme}`)).namespaces[0]?.keys).toBe(1);
  });

  test("403, 404, 400 and 422 for who may not, what is not there and what cannot be read", async () => {
    const path = "/api/performance/cache";
    await expectProblem(await api.send("GET", path, "supervisor"), 403);
    await expectProblem(await api.send("GET", `${path}?tenantId=${api.tenants.birch}`, "admin"), 404);
    await expectProblem(await api.send("GET", `${path}?tenantId=${randomUUID()}`, "operator"), 404);
    await expectProblem(await api.send("GET", `${path}?windowMinutes=soon`, "admin"), 400);
    await expectProblem(await api.send("GET", `${path}?windowMinutes=61`, "admin"), 422);
  });

  test("with Redis away: the newest snapshot with its time, and 503 to whom none was taken", async () => {
    const newest = await read("admin", "?windowMinutes=59");
    await proxy.cut();
    await eventually(async () => {
      await expectProblem(await api.send("GET", "/api/performance/cache?windowMinutes=58", "admin"), 503);
    });
    expect(await read("admin", "?windowMinutes=59")).toEqual(newest);
    await proxy.mend();
  });
});
