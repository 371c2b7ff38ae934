import { randomUUID } from "node:crypto";
import { runWithLog } from "@deskpulse/contract/jobs/run";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture({ worker: true });
});
afterAll(() => api.stop());

type Who = keyof ApiFixture["tokens"];
const waits = { headers: { prefer: "wait=20" } };

async function read(runId: string, who: Who = "agent") {
  const response = await api.send("GET", `/api/jobs/${runId}`, who);
  expect(response.status).toBe(200);
  return runWithLog.parse(await response.json());
}

describe("GET /api/jobs/{runId} answers 200", () => {
  test("with result and timings of a completed run", async () => {
    const { id } = await runOf(await api.start("agent", "test.echo", { text: "done", ...waits }), 200);
    const run = await read(id);
    expect(run).toMatchObject({
      state: "completed",
      result: { text: "done" },
      problem: null,
      errors: [],
      starts: 1,
      log: [],
    });
    const [created, startedAt, finished] = [run.createdAt, run.startedAt, run.finishedAt].map((at) =>
      Date.parse(at ?? ""),
    );
    expect(run.waitedMs).toBe((startedAt ?? 0) - (created ?? 0));
    expect(run.ranMs).toBe((finished ?? 0) - (startedAt ?? 0));
  });

  test("with an error for each attempt, the log lines in order and the problem of a failed run", async () => {
    const { id } = await runOf(await api.start("agent", "test.failing", { text: "it", ...waits }), 200);
    const run = await eventually(async () => {
      const seen = await read(id);
      expect(seen.log).toHaveLength(2);
      return seen;
    });
    expect(run).toMatchObject({
      state: "failed",
      attempts: 2,
      starts: 2,
      result: null,
      errors: [
        { attempt: 1, message: "cannot do it at attempt 1" },
        { attempt: 2, message: "cannot do it at attempt 2" },
      ],
      problem: { code: "processor-error", detail: "cannot do it at attempt 2" },
    });
    expect(run.log.map(({ line }) => line)).toEqual(["attempt 1 of it", "attempt 2 of it"]);
    expect(JSON.stringify(run)).not.toMatch(/ {4}at |\.ts:\d/);
  });

  test("with the progress of a running run", async () => {
    const { id } = await runOf(await api.start("agent", "test.endless"), 202);
    await eventually(async () =>
      expect(await read(id)).toMatchObject({
        state: "started",
        progress: { share: 0.5, note: "half of it" },
        ranMs: null,
      }),
    );
    await api.send("POST", `/api/jobs/${id}/cancel`, "agent");
    await eventually(async () =>
      expect(await read(id)).toMatchObject({
        state: "cancelled",
        cancelRequested: true,
        problem: { code: "cancelled" },
      }),
    );
  });

  test("to the starter, to supervisors and admins of the tenant, and to operators", async () => {
    const { id } = await runOf(await api.start("agent", "test.echo", waits), 200);
    for (const who of ["agent", "supervisor", "admin", "operator", "readOnlyOperator"] as const) {
      expect((await read(id, who)).id).toBe(id);
      expect((await read(id.toUpperCase(), who)).id).toBe(id);
    }
  });
});

describe("GET /api/jobs/{runId} answers 404 in the same words", () => {
  test("to other agents and to other tenants, whether the run is there or not", async () => {
    const { id } = await runOf(await api.start("agent", "test.echo", waits), 200);
    const callers = ["otherAgent", "foreignNamesake", "foreignAdmin", "ghost"] as const;
    const details = await Promise.all(
      callers.flatMap((who) =>
        [id, randomUUID()].map(async (runId) => {
          const problem = await expectProblem(await api.send("GET", `/api/jobs/${runId}`, who), 404);
          return problem.detail;
        }),
      ),
    );
    expect(new Set(details)).toEqual(new Set(["there is no such run"]));
  });

  test("of an operator's own run to everyone else", async () => {
    const { id } = await runOf(await api.start("operator", "test.platform"), 202);
    for (const who of ["agent", "supervisor", "admin"] as const) {
      await expectProblem(await api.send("GET", `/api/jobs/${id}`, who), 404);
    }
  });

  test.each([
    "1",
    "not-an-id",
    "%00",
    "'%20or%201=1",
    "00000000-0000-0000-0000-00000000000g",
    "..%2f..",
    "%F0%9F%98%80",
  ])("for the id %s, which is none", async (id) => {
    await expectProblem(await api.send("GET", `/api/jobs/${id}`, "agent"), 404);
  });
});

describe("GET /api/jobs/{runId} answers 400", () => {
  test.each(["%ff", "%zz", "%", "%c3%28"])("for %s, which is not encoded text", async (id) => {
    await expectProblem(await api.send("GET", `/api/jobs/${id}`, "agent"), 400);
  });

  test("for a query", async () => {
    await expectProblem(await api.send("GET", `/api/jobs/${randomUUID()}?verbose=1`, "agent"), 400);
  });
});
