import { jobs } from "@deskpulse/jobs/catalog";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { runOf } from "../run-of.ts";
import { looks, reportPath, storeReport } from "./report-runs.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture({ jobs });
});
afterAll(() => api.stop());

const range = "from=2026-01-01&to=2026-02-01";
const read = (query: string, who: keyof ApiFixture["tokens"] = "supervisor", headers = {}) =>
  api.send("GET", `${reportPath}?${query}`, who, { headers: { prefer: "respond-async", ...headers } });

/** Reads until an answer came from the cache, and gives that answer. */
async function readCached(query: string): Promise<Response> {
  const before = await looks(api);
  return await eventually(async () => {
    const response = await read(query);
    expect((await looks(api)).hits).toBeGreaterThan(before.hits);
    return response;
  });
}

describe("a report that is stored", () => {
  test("is answered from the cache byte for byte as from Postgres, with the same ETag and its age", async () => {
    const query = `${range}&label=equal&maxAge=3600`;
    const id = await storeReport(api, query, "equal", 60);
    const fromPostgres = await read(query);
    const bytes = await fromPostgres.text();
    const fromCache = await readCached(query);
    expect(await fromCache.text()).toBe(bytes);
    expect(fromCache.status).toBe(200);
    for (const name of ["etag", "cache-control", "content-type", "content-length"]) {
      expect([name, fromCache.headers.get(name)]).toEqual([name, fromPostgres.headers.get(name)]);
    }
    expect(fromCache.headers.get("etag")).toBe(`"${id}"`);
    const age = Number(fromCache.headers.get("age"));
    expect(age).toBeGreaterThanOrEqual(60);
    expect(age).toBeLessThan(75);
    const known = await read(query, "supervisor", { "if-none-match": `"${id}"` });
    expect([known.status, await known.text(), known.headers.get("etag")]).toEqual([304, "", `"${id}"`]);
  });

  test("is answered without asking Postgres for it: what stands there may have changed", async () => {
    const query = `${range}&label=asks-nobody&maxAge=3600`;
    const id = await storeReport(api, query, "first");
    await readCached(query);
    await api.database.sql`update job_runs set result = '{"meta":"second"}' where id = ${id}`;
    expect(await (await read(query)).json()).toMatchObject({ meta: { report: "first" } });
  });

  test("is the same one, however the request is written", async () => {
    await storeReport(api, `${range}&channel=chat&channel=email&label=ways&maxAge=3600`, "ways");
    await readCached(`${range}&channel=chat&channel=email&label=ways&maxAge=3600`);
    const before = await looks(api);
    const other = `channel=email&channel=chat&channel=email&${range}&groupBy=day&timezone=Asia/Kathmandu&label=ways&maxAge=60`;
    expect((await read(other)).status).toBe(200);
    expect(await looks(api)).toEqual({ ...before, hits: before.hits + 1 });
  });

  test("is not answered when it is older than maxAge, nor with maxAge=0; then it is computed", async () => {
    const query = `${range}&label=young`;
    const id = await storeReport(api, `${query}&maxAge=3600`, "young", 50);
    await readCached(`${query}&maxAge=3600`);
    const anew = await runOf(await read(`${query}&maxAge=40`), 202);
    expect(anew.id).not.toBe(id);
    expect((await runOf(await read(`${query}&maxAge=0`), 202)).id).toBe(anew.id);
    expect((await read(`${query}&maxAge=100`)).status).toBe(200);
  });

  test("is never another tenant's, nor an agent's", async () => {
    const query = `${range}&label=apart&maxAge=3600`;
    await storeReport(api, query, "of Acme");
    await readCached(query);
    expect((await runOf(await read(query, "foreignAdmin"), 202)).tenantId).toBe(api.tenants.birch);
    expect((await read(query, "agent")).status).toBe(403);
    expect((await read(`${query}&tenantId=${api.tenants.acme}`, "foreignAdmin")).status).toBe(404);
    expect((await read(`${query}&tenantId=${api.tenants.birch}`, "operator")).status).toBe(202);
    const named = await read(`${query}&tenantId=${api.tenants.acme.toUpperCase()}`, "operator");
    expect(await named.json()).toMatchObject({ meta: { report: "of Acme" } });
  });

  test("with a default range follows the tenant's zone at once when that changes", async () => {
    const query = "label=zoned&maxAge=3600";
    await storeReport(api, query, "zoned");
    await readCached(query);
    const changed = await api.send("PATCH", `/api/tenants/${api.tenants.acme}`, "admin", {
      body: { timezone: "America/Los_Angeles" },
    });
    expect(changed.status).toBe(200);
    expect((await read(query)).status).toBe(202);
    await api.send("PATCH", `/api/tenants/${api.tenants.acme}`, "admin", { body: { timezone: "Asia/Kathmandu" } });
    expect((await read(query)).status).toBe(200);
  });
});
