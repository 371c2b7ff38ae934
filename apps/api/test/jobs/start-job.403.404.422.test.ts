import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, countRows, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture();
});
afterAll(() => api.stop());
afterEach(async () => {
  expect(await api.countRuns()).toBe(0);
  expect(await countRows(api.database, "idempotency_keys")).toBe(0);
});

describe("POST /api/jobs answers 403", () => {
  test.each([
    ["agent", "test.supervised"],
    ["agent", "test.administered"],
    ["supervisor", "test.administered"],
    ["agent", "test.platform"],
    ["admin", "test.platform"],
    ["readOnlyOperator", "test.platform"],
    ["readOnlyOperator", "test.echo"],
  ] as const)("when %s starts %s", async (who, job) => {
    await expectProblem(await api.start(who, job, { headers: { "idempotency-key": "k" } }), 403);
  });
});

describe("POST /api/jobs answers 404", () => {
  test.each(["agent", "admin"] as const)(
    "when %s names another tenant, existing or not, in the same words",
    async (who) => {
      const problems = [];
      for (const tenantId of [api.tenants.birch, randomUUID()]) {
        for (const job of ["test.echo", "test.shared"]) {
          problems.push(await expectProblem(await api.start(who, job, { tenantId }), 404));
        }
      }
      expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    },
  );

  test.each(["test.echo", "test.shared", "test.zoned"])(
    "when an operator names a tenant that is not there for %s",
    async (job) => {
      await expectProblem(await api.start("operator", job, { tenantId: randomUUID() }), 404);
      const keyed = { tenantId: randomUUID(), headers: { "idempotency-key": "k" } };
      await expectProblem(await api.start("operator", job, keyed), 404);
    },
  );

  test.each(["test.echo", "test.shared", "test.zoned"])(
    "when the token is for a tenant that is not there any more, for %s",
    async (job) => {
      await expectProblem(await api.start("ghost", job), 404);
      await expectProblem(await api.start("ghost", job, { headers: { "idempotency-key": "k" } }), 404);
    },
  );
});

describe("POST /api/jobs answers 422", () => {
  test.each(["", "test.unknown", "__proto__", "constructor", "TEST.ECHO", "echo"])(
    "for the unknown job %j",
    async (job) => {
      expect(pointersOf(await expectProblem(await api.start("admin", job), 422))).toEqual(["/job"]);
    },
  );

  test("for a value out of bounds", async () => {
    const problem = await expectProblem(await api.start("agent", "test.echo", { text: "x".repeat(2_001) }), 422);
    expect(pointersOf(problem)).toEqual(["/input/text"]);
  });

  test("when an operator names no tenant for a tenant's job, or one for the platform's", async () => {
    expect(pointersOf(await expectProblem(await api.start("operator", "test.echo"), 422))).toEqual(["/tenantId"]);
    const named = await api.start("operator", "test.platform", { tenantId: api.tenants.acme });
    expect(pointersOf(await expectProblem(named, 422))).toEqual(["/tenantId"]);
  });
});
