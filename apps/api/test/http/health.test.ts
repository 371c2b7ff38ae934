import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

test("GET /healthz answers 200 without a credential", async () => {
  const response = await api.send("GET", "/healthz", null);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ alive: true });
});

test("GET /readyz answers 200 when Postgres keeps tenants apart and Redis is there", async () => {
  await eventually(async () => {
    const response = await api.send("GET", "/readyz", null);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ready: true, checks: { postgres: "ok", redis: "ok" } });
  });
});

test("GET /metrics counts requests by route and status, and names no tenant, user or run", async () => {
  for (const who of ["agent", "foreignAdmin", "operator"] as const) {
    await api.start(who, "test.echo", who === "operator" ? { tenantId: api.tenants.birch } : {});
  }
  await api.send("GET", `/api/jobs?tenantId=${api.tenants.birch}`, "agent");
  await api.send("GET", `/api/jobs/${api.tenants.acme}`, "agent");
  const response = await api.send("GET", "/metrics", null);
  const text = await response.text();
  expect(text).toMatch(/deskpulse_request_duration_seconds_count\{[^}]*route="startJob"[^}]*status="202"[^}]*\} 3/);
  expect(text).toMatch(/route="listJobs"[^}]*status="404"/);
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}/i);
  expect(text).not.toMatch(/acme|birch|operator"|Acme|Birch/);
});
