import { randomUUID } from "node:crypto";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { expectProblem, pointersOf } from "../expect-problem.ts";
import { runOf } from "../run-of.ts";

const changes = ["cancel", "retry", "run-now"] as const;
type Change = (typeof changes)[number];
type Who = keyof ApiFixture["tokens"];

/** Without a worker: runs wait until a test says otherwise. */
let idle: ApiFixture;
let busy: ApiFixture;
beforeAll(async () => {
  [idle, busy] = await Promise.all([startApiFixture(), startApiFixture({ worker: true })]);
});
afterAll(() => Promise.all([idle.stop(), busy.stop()]));

const change = (api: ApiFixture, runId: string, what: Change, who: Who = "agent", sent = {}) =>
  api.send("POST", `/api/jobs/${runId}/${what}`, who, sent);
const startIdle = async (who: Who = "agent", job = "test.echo", sent = {}) =>
  (await runOf(await idle.start(who, job, sent), 202)).id;
const rowOf = async (api: ApiFixture, runId: string) => {
  const [row] = await api.database.sql<{ state: string; attempts: number; starts: number; handover: number }[]>`
    select state, attempts, starts, handover from job_runs where id = ${runId}`;
  if (!row) throw new Error("no such row");
  return row;
};

describe("POST /api/jobs/{runId}/cancel answers 202", () => {
  test("for a waiting run, which ends at once", async () => {
    const id = await startIdle();
    const run = await runOf(await change(idle, id, "cancel"), 202);
    expect(run).toMatchObject({ state: "cancelled", cancelRequested: true, problem: { code: "cancelled" } });
    expect((await rowOf(idle, id)).state).toBe("cancelled");
  });

  test("for a running run, which is asked to stop and then has ended; asking twice is fine", async () => {
    const { id } = await runOf(await busy.start("agent", "test.endless"), 202);
    await eventually(async () => expect((await rowOf(busy, id)).state).toBe("started"));
    const asked = await runOf(await change(busy, id, "cancel"), 202);
    expect(asked.cancelRequested).toBe(true);
    const again = await change(busy, id, "cancel");
    expect([202, 409]).toContain(again.status);
    await eventually(async () => expect((await rowOf(busy, id)).state).toBe("cancelled"));
  });
});

describe("POST /api/jobs/{runId}/retry answers 202", () => {
  test("for a failed run, which gets all its attempts anew", async () => {
    const { id } = await runOf(await busy.start("agent", "test.failing", { headers: { prefer: "wait=20" } }), 200);
    const run = await runOf(await change(busy, id, "retry"), 202);
    expect(run).toMatchObject({ state: "queued", attempts: 0, problem: null, finishedAt: null });
    await eventually(async () =>
      expect(await rowOf(busy, id)).toMatchObject({ state: "failed", attempts: 2, starts: 4 }),
    );
  });

  test("for a cancelled run", async () => {
    const id = await startIdle();
    await change(idle, id, "cancel");
    expect(await runOf(await change(idle, id, "retry"), 202)).toMatchObject({
      state: "queued",
      cancelRequested: false,
    });
  });
});

describe("POST /api/jobs/{runId}/run-now answers 202", () => {
  test("for a run that waits for its next attempt, which then starts", async () => {
    const { id } = await runOf(await busy.start("agent", "test.postponed"), 202);
    await eventually(async () => expect(await rowOf(busy, id)).toMatchObject({ state: "queued", attempts: 1 }));
    await runOf(await change(busy, id, "run-now"), 202);
    await eventually(async () => expect(await rowOf(busy, id)).toMatchObject({ state: "completed", starts: 2 }));
  });
});

describe("Idempotency-Key on changes of a run", () => {
  const keyed = (key: string) => ({ headers: { "idempotency-key": key } });

  test("gives the same answer where the change could not happen again", async () => {
    const id = await startIdle();
    const first = await runOf(await change(idle, id, "cancel", "agent", keyed("c")), 202);
    expect(await runOf(await change(idle, id, "cancel", "agent", keyed("c")), 202)).toEqual(first);
    const retried = await runOf(await change(idle, id, "retry", "agent", keyed("r")), 202);
    const { handover } = await rowOf(idle, id);
    expect(await runOf(await change(idle, id, "retry", "agent", keyed("r")), 202)).toEqual(retried);
    expect((await rowOf(idle, id)).handover).toBe(handover);
  });

  test("lets concurrent twins change the run once", async () => {
    const id = await startIdle();
    const twins = await Promise.all(
      Array.from({ length: 6 }, async () => runOf(await change(idle, id, "run-now", "agent", keyed("t")), 202)),
    );
    for (const twin of twins) expect(twin).toEqual(twins[0]);
    expect((await rowOf(idle, id)).handover).toBe(2);
  });

  test("belongs to one run: for another one it answers 422", async () => {
    const [one, other] = [await startIdle(), await startIdle()];
    await runOf(await change(idle, one, "cancel", "agent", keyed("one")), 202);
    const problem = await expectProblem(await change(idle, other, "cancel", "agent", keyed("one")), 422);
    expect(problem.code).toBe("idempotency-key-reused");
    expect((await rowOf(idle, other)).state).toBe("queued");
  });

  test("is not used up by a change that was refused", async () => {
    const id = await startIdle();
    await expectProblem(await change(idle, id, "retry", "agent", keyed("later")), 409);
    await change(idle, id, "cancel");
    await runOf(await change(idle, id, "retry", "agent", keyed("later")), 202);
  });

  test("serves admins and operators, who change what others started", async () => {
    for (const who of ["admin", "operator"] as const) {
      const id = await startIdle();
      const first = await runOf(await change(idle, id, "cancel", who, keyed(`by-${who}`)), 202);
      expect(await runOf(await change(idle, id, "cancel", who, keyed(`by-${who}`)), 202)).toEqual(first);
    }
  });
});

describe.each(changes)("POST /api/jobs/{runId}/%s answers", (what) => {
  /** In the state in which this change is possible. */
  async function changeable(who: Who = "agent"): Promise<string> {
    const id = await startIdle(who);
    if (what === "retry") await change(idle, id, "cancel", who);
    return id;
  }

  test("403 to supervisors, who see the run and may not change it, and to the operator who may only read", async () => {
    const id = await changeable();
    const before = await rowOf(idle, id);
    for (const who of ["supervisor", "readOnlyOperator"] as const) {
      await expectProblem(await change(idle, id, what, who), 403);
    }
    expect(await rowOf(idle, id)).toEqual(before);
  });

  test("404 to other agents and other tenants, for no run and for ids that are none", async () => {
    const id = await changeable();
    const before = await rowOf(idle, id);
    for (const who of ["otherAgent", "foreignNamesake", "foreignAdmin", "ghost"] as const) {
      await expectProblem(await change(idle, id, what, who), 404);
    }
    for (const none of [randomUUID(), "1", "x%00"]) await expectProblem(await change(idle, none, what), 404);
    expect(await rowOf(idle, id)).toEqual(before);
  });

  test("409 where the run's state does not allow it, and changes nothing", async () => {
    const id = await changeable();
    if (what === "retry") await change(idle, id, "retry");
    else await change(idle, id, "cancel");
    const before = await rowOf(idle, id);
    await expectProblem(await change(idle, id, what), 409);
    expect(await rowOf(idle, id)).toEqual(before);
  });

  test("400 for a body that says something, a query and a broken body; an empty object is fine", async () => {
    const id = await changeable();
    expect(
      pointersOf(await expectProblem(await change(idle, id, what, "agent", { body: { force: true } }), 400)),
    ).toEqual(["/force"]);
    for (const raw of ["[1]", '"now"', "7", "{"]) {
      await expectProblem(await change(idle, id, what, "agent", { raw }), 400);
    }
    await expectProblem(await idle.send("POST", `/api/jobs/${id}/${what}?force=1`, "agent"), 400);
    await runOf(await change(idle, id, what, "agent", { body: {} }), 202);
  });
});

describe("POST /api/jobs/{runId}/retry answers 409", () => {
  test("while an equal shared run is under way", async () => {
    const id = await startIdle("agent", "test.shared", { text: "one at a time" });
    await change(idle, id, "cancel");
    await startIdle("agent", "test.shared", { text: "one at a time" });
    await expectProblem(await change(idle, id, "retry"), 409);
  });
});
