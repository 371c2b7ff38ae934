import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

let api: ApiFixture;
beforeAll(async () => {
  api = await startApiFixture({ worker: true, variables: { DATABASE_POOL_MAX: "2" } });
});
afterAll(() => api.stop());

const prefer = (preference: string) => ({ headers: { prefer: preference } });
const stateOf = async (runId: string) => {
  const [row] = await api.database.sql<{ state: string }[]>`select state from job_runs where id = ${runId}`;
  return row?.state;
};

describe("Prefer: wait on POST /api/jobs", () => {
  test("answers 200 with the result when the run is done in time", async () => {
    const run = await runOf(await api.start("agent", "test.echo", { text: "quick", ...prefer("wait=20") }), 200);
    expect(run).toMatchObject({ state: "completed", result: { text: "quick" }, problem: null, starts: 1 });
    expect(run.finishedAt).not.toBeNull();
  });

  test("answers 200 with the problem when the run fails in time", async () => {
    const run = await runOf(await api.start("agent", "test.hopeless", { text: "x", ...prefer('wait="20"') }), 200);
    expect(run).toMatchObject({
      state: "failed",
      result: null,
      problem: { code: "processor-error", detail: "never: x" },
    });
  });

  test("answers 202 when it takes longer, and the run goes on", async () => {
    const askedAt = Date.now();
    const run = await runOf(await api.start("agent", "test.endless", prefer("wait=1")), 202);
    expect(Date.now() - askedAt).toBeGreaterThanOrEqual(950);
    await eventually(async () => expect(await stateOf(run.id)).toBe("started"));
    await api.send("POST", `/api/jobs/${run.id}/cancel`, "agent");
    await eventually(async () => expect(await stateOf(run.id)).toBe("cancelled"));
  });

  test.each(["respond-async", "wait=0", "return=minimal", "handling=lenient, respond-async"])(
    "answers 202 at once for %s",
    async (preference) => {
      const run = await runOf(await api.start("agent", "test.echo", prefer(preference)), 202);
      expect(run.state).toBe("queued");
    },
  );

  test.each(["wait=soon", "wait=-1", "wait=1.5", "wait=", "respond-async, wait=1e3"])(
    "answers 400 for %s, and starts nothing",
    async (preference) => {
      const before = await api.countRuns();
      const problem = await expectProblem(await api.start("agent", "test.echo", prefer(preference)), 400);
      expect(problem.errors).toEqual([{ pointer: "Prefer", detail: "expected wait=SECONDS" }]);
      expect(await api.countRuns()).toBe(before);
    },
  );

  test("gives a repeat under the same key the end of the same run", async () => {
    const sent = { headers: { prefer: "wait=20", "idempotency-key": "waits" } };
    const first = await runOf(await api.start("agent", "test.echo", sent), 200);
    const second = await runOf(await api.start("agent", "test.echo", sent), 200);
    expect(second).toEqual(first);
  });

  test("ends when the caller leaves, and the run does not", async () => {
    const caller = new AbortController();
    const before = await api.countRuns();
    const answered = await answeredAsync();
    const asked = api.start("agent", "test.endless", { text: "left", ...prefer("wait=30"), signal: caller.signal });
    asked.catch(() => undefined);
    const runId = await eventually(async () => {
      const [row] = await api.database.sql<{ id: string }[]>`
        select id from job_runs where input ->> 'text' = 'left' and state = 'started'`;
      if (!row) throw new Error("not started yet");
      return row.id;
    });
    caller.abort();
    await expect(asked).rejects.toThrow();
    // the request counts as ended, long before its 30 s are over
    await eventually(async () => expect(await answeredAsync()).toBe(answered + 1));
    expect(await api.countRuns()).toBe(before + 1);
    expect(await stateOf(runId)).toBe("started");
    await api.send("POST", `/api/jobs/${runId}/cancel`, "agent");
    await eventually(async () => expect(await stateOf(runId)).toBe("cancelled"));
  });

  test("holds no database connection: more calls wait than the pool has, and others are served", async () => {
    const caller = new AbortController();
    const waiting = Array.from({ length: 40 }, (_, index) =>
      api.start("agent", "test.endless", { text: `wait ${index}`, ...prefer("wait=30"), signal: caller.signal }),
    );
    for (const asked of waiting) asked.catch(() => undefined);
    const ids = await eventually(async () => {
      const rows = await api.database.sql<{ id: string }[]>`
        select id from job_runs where input ->> 'text' like 'wait %' and finished_at is null`;
      expect(rows).toHaveLength(40);
      return rows.map(({ id }) => id);
    });
    // the waiting requests' shared look may be at it for a moment; a held connection would stay
    await eventually(async () => {
      const idle = await api.database.sql`
        select 1 from pg_stat_activity
        where datname = current_database() and application_name = 'deskpulse-api' and state = 'idle in transaction'`;
      expect(idle).toHaveLength(0);
    });
    await runOf(await api.send("GET", `/api/jobs/${ids[0]}`, "agent").then(withoutLog), 200);

    await Promise.all(ids.map((id) => api.send("POST", `/api/jobs/${id}/cancel`, "agent")));
    const ends = await Promise.all(waiting.map(async (asked) => (await runOf(await asked, 200)).state));
    expect(new Set(ends)).toEqual(new Set(["cancelled"]));
    caller.abort();
  });
});

/** Starts that were answered 202 so far, as the metrics count them. */
async function answeredAsync(): Promise<number> {
  const metrics = await (await fetch(`${api.origin}/metrics`)).text();
  const [line = ""] = metrics
    .split("\n")
    .filter((text) => text.startsWith("deskpulse_request_duration_seconds_count{"))
    .filter((text) => text.includes('route="startJob"') && text.includes('status="202"'));
  return Number(line.split(" ")[1] ?? 0);
}

/** The answer about one run, as it stands in answers about its start. */
async function withoutLog(response: Response): Promise<Response> {
  const { log: _log, ...run } = (await response.json()) as Record<string, unknown>;
  return new Response(JSON.stringify(run), { status: response.status, headers: response.headers });
}
