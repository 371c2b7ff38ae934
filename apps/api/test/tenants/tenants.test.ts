import type { tenantBody, usageBody } from "@deskpulse/contract/tenants/tenant";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { z } from "zod";
import { type ApiFixture, addUser, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

type Tenant = z.output<typeof tenantBody>;
const nine = { week: { monday: [{ from: "09:00", to: "17:00" }] }, holidays: ["2026-12-25"] };

async function answered<Body>(response: Response, status: number): Promise<Body> {
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status, text: expect.any(String) });
  return JSON.parse(text) as Body;
}
const change = (who: Parameters<ApiFixture["send"]>[2], body: object, tenantId = api.tenants.acme) =>
  api.send("PATCH", `/api/tenants/${tenantId}`, who, { body });
const entries = (tenantId: string) => api.database.sql`
  select actor, act, object, outcome, detail from audit_log where tenant_id = ${tenantId} order by id`;

describe("tenants", () => {
  test("201 for an operator, once per Idempotency-Key, and 409 for a name that is taken", async () => {
    const headers = { "idempotency-key": "cedar" };
    const body = { name: "Cedar", timezone: "america/new_york", plan: "free" };
    const made = await api.send("POST", "/api/tenants", "operator", { body, headers });
    const tenant = await answered<Tenant>(made, 201);
    expect(tenant).toMatchObject({ name: "Cedar", timezone: "America/New_York", plan: "free", workingHours: null });
    expect(made.headers.get("location")).toBe(`/api/tenants/${tenant.id}`);
    const again = await answered<Tenant>(await api.send("POST", "/api/tenants", "operator", { body, headers }), 201);
    expect(again.id).toBe(tenant.id);
    expect(await entries(tenant.id)).toMatchObject([
      { actor: "operator", act: "create-tenant", object: `tenant:${tenant.id}`, outcome: "done" },
    ]);
    const taken = await expectProblem(await api.send("POST", "/api/tenants", "operator", { body }), 409);
    expect(pointersOf(taken)).toEqual(["/name"]);
  });

  test("403 for members, read-only operators, and a plan that an admin wants", async () => {
    const body = { name: "Mine" };
    for (const who of ["admin", "readOnlyOperator"] as const) {
      await expectProblem(await api.send("POST", "/api/tenants", who, { body }), 403);
    }
    await expectProblem(await api.send("GET", "/api/tenants", "admin"), 403);
    await expectProblem(await change("supervisor", { name: "Mine" }), 403);
    expect(pointersOf(await expectProblem(await change("admin", { plan: "enterprise" }), 403))).toEqual(["/plan"]);
  });

  test("404 for another tenant's, and for one that is not there", async () => {
    const path = `/api/tenants/${api.tenants.acme}`;
    for (const who of ["foreignAdmin", "ghost"] as const) {
      await expectProblem(await api.send("GET", path, who), 404);
      await expectProblem(await api.send("GET", `${path}/usage`, who), 404);
      await expectProblem(await change(who, { name: "Mine" }), 404);
    }
    await expectProblem(await api.send("GET", "/api/tenants/00000000-0000-4000-8000-000000000000", "operator"), 404);
  });

  test("422 for zones and hours that make no sense, and nothing changes", async () => {
    const before = await answered<Tenant>(await api.send("GET", `/api/tenants/${api.tenants.acme}`, "agent"), 200);
    const hours = { week: { monday: [{ from: "12:00", to: "09:00" }] } };
    const problem = await expectProblem(await change("admin", { timezone: "Mars/Olympus", workingHours: hours }), 422);
    expect(pointersOf(problem).sort()).toEqual(["/timezone", "/workingHours/week/monday/0/from"]);
    await expectProblem(await change("admin", {}), 422);
    expect(await answered(await api.send("GET", `/api/tenants/${api.tenants.acme}`, "agent"), 200)).toEqual(before);
  });

  test("200 for new hours: they stand, a run measures anew, and the audit log says who", async () => {
    const runs = await api.countRuns();
    const changed = await answered<Tenant>(await change("admin", { workingHours: nine }), 200);
    expect(changed.workingHours).toMatchObject({
      holidays: nine.holidays,
      week: { monday: nine.week.monday, sunday: [] },
    });
    expect(
      await api.database.sql`
      select job, tenant_id, input, created_by from job_runs order by created_at desc limit 1`,
    ).toMatchObject([
      { job: "tenants.recompute-business-hours", tenant_id: api.tenants.acme, created_by: "admin-of-acme" },
    ]);
    expect(await api.countRuns()).toBe(runs + 1);
    await answered(await change("admin", { workingHours: nine }), 200);
    await answered(await change("admin", { name: "Acme Inc" }), 200);
    expect(await api.countRuns()).toBe(runs + 1);
    expect(await entries(api.tenants.acme)).toMatchObject([
      { actor: "admin-of-acme", act: "change-tenant", object: `tenant:${api.tenants.acme}` },
      { act: "change-tenant" },
    ]);
    await expectProblem(await change("admin", { name: "Birch" }), 409);
  });

  test("200 for pages that hold each tenant once", async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const path: string = `/api/tenants?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`;
      const page: { items: Tenant[]; nextCursor: string | null } = await answered(
        await api.send("GET", path, "readOnlyOperator"),
        200,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(await countRows(api.database, "tenants"));
  });

  test("200 for the use of each quota", async () => {
    const { sql } = api.database;
    const tenantId = api.tenants.birch;
    await answered(await change("operator", { plan: "free" }, tenantId), 200);
    await addUser(api.database, { email: "b@example.com", passwordHash: null, memberships: [[tenantId, "agent"]] });
    await sql`insert into inboxes (tenant_id, name, channel, source_key) values (${tenantId}, 'Web', 'chat', 'web')`;
    await sql`
      insert into conversations (tenant_id, source_key, inbox_id, status, created_at, last_activity_at)
      select ${tenantId}, n::text, (select id from inboxes where tenant_id = ${tenantId}), 'open',
        now() - n * interval '40 days', now() from generate_series(0, 4) n`;
    const path = `/api/tenants/${tenantId}/usage`;
    const { plan, quotas } = await answered<z.output<typeof usageBody>>(
      await api.send("GET", path, "foreignAdmin"),
      200,
    );
    expect(plan).toBe("free");
    expect(quotas.conversationsPerMonth).toMatchObject({ limit: 1_000, used: 1, share: 0.001, estimated: false });
    expect(quotas.agents).toMatchObject({ limit: 3, used: 1, since: null });
    expect(quotas.storedRows).toMatchObject({ used: 5, estimated: false });
    expect(quotas.apiCallsPerDay.used).toBeGreaterThanOrEqual(0);
    await expectProblem(await api.send("GET", `/api/tenants/${api.tenants.acme}/usage`, "supervisor"), 403);
  });
});
