import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());

const rowOf = async (runId: string) => {
  const [row] = await api.database.sql<
    { tenant_id: string | null; job: string; state: string; input: unknown; created_by: string }[]
  >`select tenant_id, job, state, input, created_by from job_runs where id = ${runId}`;
  return row;
};

describe("POST /api/jobs", () => {
  test("answers with the run and its place once the row is committed", async () => {
    const run = await runOf(await api.start("agent", "test.echo", { text: "Grüße, 世界 \\ ' \u{1f600}" }), 202);
    expect(run).toMatchObject({
      job: "test.echo",
      tenantId: api.tenants.acme,
      state: "queued",
      startedBy: "agent-of-acme",
      attempts: 0,
      starts: 0,
      startedAt: null,
      finishedAt: null,
      result: null,
      problem: null,
    });
    expect(await rowOf(run.id)).toEqual({
      tenant_id: api.tenants.acme,
      job: "test.echo",
      state: "queued",
      input: { text: "Grüße, 世界 \\ ' \u{1f600}" },
      created_by: "agent-of-acme",
    });
  });

  test("keeps two hundred concurrent requests apart although they share their INSERTs", async () => {
    const callers = ["agent", "foreignNamesake"] as const;
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const who = callers[index % 2] ?? "agent";
        return { who, index, run: await runOf(await api.start(who, "test.echo", { text: `n ${index}` }), 202) };
      }),
    );
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(200);
    for (const { who, index, run } of answers) {
      expect(await rowOf(run.id)).toMatchObject({
        tenant_id: who === "agent" ? api.tenants.acme : api.tenants.birch,
        input: { text: `n ${index}` },
      });
    }
  });

  test("completes a request with what the tenant has set", async () => {
    const run = await runOf(await api.start("agent", "test.zoned"), 202);
    expect((await rowOf(run.id))?.input).toEqual({ text: "hello", timezone: "Asia/Kathmandu" });
  });

  test("lets equal requests of one tenant share the run under way, and no other tenant", async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, async () => runOf(await api.start("agent", "test.shared", { text: "same" }), 202)),
    );
    expect(new Set(runs.map(({ id }) => id)).size).toBe(1);
    const foreign = await runOf(await api.start("foreignAdmin", "test.shared", { text: "same" }), 202);
    expect(foreign.id).not.toBe(runs[0]?.id);
    expect(foreign.tenantId).toBe(api.tenants.birch);
  });

  test("runs an operator's own work without a tenant, and a tenant's job for the tenant that the operator names", async () => {
    const own = await runOf(await api.start("operator", "test.platform"), 202);
    expect(own.tenantId).toBeNull();
    for (const job of ["test.echo", "test.zoned", "test.shared"]) {
      const forTenant = await runOf(await api.start("operator", job, { tenantId: api.tenants.birch }), 202);
      expect(forTenant).toMatchObject({ tenantId: api.tenants.birch, startedBy: "operator" });
      expect(await rowOf(forTenant.id)).toMatchObject({ tenant_id: api.tenants.birch });
    }
  });

  test("takes a member's own tenant by name too, however its id is written", async () => {
    for (const tenantId of [api.tenants.acme, api.tenants.acme.toUpperCase()]) {
      const run = await runOf(await api.start("agent", "test.echo", { tenantId }), 202);
      expect(run.tenantId).toBe(api.tenants.acme);
    }
  });

  test("lets each role start what its role may", async () => {
    for (const [who, job] of [
      ["supervisor", "test.supervised"],
      ["admin", "test.supervised"],
      ["admin", "test.administered"],
    ] as const) {
      await runOf(await api.start(who, job), 202);
    }
  });

  test("carries the caller's request id, or one of its own when that is not sane", async () => {
    const given = await api.start("agent", "test.echo", { headers: { "x-request-id": "trace-42.a_b" } });
    expect(given.headers.get("x-request-id")).toBe("trace-42.a_b");
    const strange = await api.start("agent", "test.echo", { headers: { "x-request-id": "<script>alert(1)</script>" } });
    expect(strange.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("Idempotency-Key on POST /api/jobs", () => {
  const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

  test("gives the same answer to the same request and starts one run", async () => {
    const before = await api.countRuns();
    const first = await runOf(await api.start("agent", "test.echo", keyed("again")), 202);
    const second = await runOf(await api.start("agent", "test.echo", keyed("again")), 202);
    expect(second).toEqual(first);
    expect(await api.countRuns()).toBe(before + 1);
  });

  test("lets concurrent twins wait for the first: one run, one answer", async () => {
    const before = await api.countRuns();
    const runs = await Promise.all(
      Array.from({ length: 12 }, async () => runOf(await api.start("agent", "test.echo", keyed("twins")), 202)),
    );
    for (const run of runs) expect(run).toEqual(runs[0]);
    expect(await api.countRuns()).toBe(before + 1);
  });

  test("belongs to its caller, its tenant and its route", async () => {
    const before = await api.countRuns();
    const ids = new Set<string>();
    for (const who of ["agent", "otherAgent", "foreignNamesake"] as const) {
      ids.add((await runOf(await api.start(who, "test.echo", keyed("mine")), 202)).id);
    }
    expect(ids.size).toBe(3);
    expect(await api.countRuns()).toBe(before + 3);
    const [own] = ids;
    const cancelled = await api.send("POST", `/api/jobs/${own}/cancel`, "agent", keyed("mine"));
    expect((await runOf(cancelled, 202)).state).toBe("cancelled");
  });

  test("works for an operator's own runs and for those in a tenant's name", async () => {
    for (const [job, sent] of [
      ["test.platform", {}],
      ["test.echo", { tenantId: api.tenants.birch }],
    ] as const) {
      const first = await runOf(await api.start("operator", job, { ...sent, ...keyed("operators") }), 202);
      const second = await runOf(await api.start("operator", job, { ...sent, ...keyed("operators") }), 202);
      expect(second).toEqual(first);
    }
  });

  test("refuses another body with 422 and starts nothing", async () => {
    await api.start("agent", "test.echo", { ...keyed("one-body"), text: "first" });
    const before = await api.countRuns();
    const response = await api.start("agent", "test.echo", { ...keyed("one-body"), text: "second" });
    expect((await expectProblem(response, 422)).code).toBe("idempotency-key-reused");
    expect(await api.countRuns()).toBe(before);
  });

  test("is free again after a request that was refused", async () => {
    await expectProblem(
      await api.send("POST", "/api/jobs", "agent", {
        body: { job: "test.echo", input: { text: 5 } },
        ...keyed("free"),
      }),
      400,
    );
    await runOf(await api.start("agent", "test.echo", keyed("free")), 202);
  });

  test("counts as new after 24 hours", async () => {
    const first = await runOf(await api.start("agent", "test.echo", keyed("old")), 202);
    await api.database.sql`update idempotency_keys set created_at = now() - interval '25 hours' where key = 'old'`;
    const second = await runOf(await api.start("agent", "test.echo", { ...keyed("old"), text: "other" }), 202);
    expect(second.id).not.toBe(first.id);
  });

  test.each(["", " ", "x".repeat(201), "two words", "schlüssel"])("is refused with 400 when it is %j", async (key) => {
    const before = await api.countRuns();
    await expectProblem(await api.start("agent", "test.echo", keyed(key)), 400);
    expect(await api.countRuns()).toBe(before);
  });
});
