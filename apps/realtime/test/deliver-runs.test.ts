import { randomUUID } from "node:crypto";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type Fixture, type Listening, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
let tenantId: string;
beforeAll(async () => {
  fixture = await startFixture();
  tenantId = fixture.tenants[0];
});
afterAll(() => fixture.stop());

const ada = () => ({ subject: "ada", role: "agent", tenantId }) as const;
const boss = () => ({ subject: "boss", role: "supervisor", tenantId }) as const;
const hint = (
  runId: string,
  state: "queued" | "started" | "completed" | "failed",
  of: { tenantId?: string | null; createdBy?: string } = {},
) => fixture.publish({ kind: "run", runId, tenantId, createdBy: "ada", state, ...of });
const progress = (runId: string, share: number) =>
  fixture.publish({ kind: "progress", runId, tenantId, createdBy: "ada", job: "test.job", progress: { share } });
const states = ({ events }: Listening, runId: string) =>
  events.filter((event) => event.runId === runId).map(({ state }) => state);
/** After it, all that was published before has been told. */
async function settled(listener: Listening): Promise<void> {
  const runId = await fixture.insertRun({ tenantId, createdBy: "ada" });
  hint(runId, "queued");
  await listener.hears(runId, "queued");
}

describe("a change of a run", () => {
  test("reaches its starter without a join, and once when in several of its rooms", async () => {
    const starter = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada" });
    await starter.join(`job:${runId}`);
    await fixture.updateRun(runId, { state: "completed", starts: 1, result: { p50: 12 } });
    hint(runId, "completed");
    const event = await starter.hears(runId, "completed");
    expect(event).toEqual({
      runId,
      job: "test.job",
      tenantId,
      state: "completed",
      attempts: 0,
      starts: 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      result: { p50: 12 },
    });
    hint(runId, "completed");
    await settled(starter);
    expect(states(starter, runId)).toEqual(["queued", "completed"]);
  });

  test("reaches the tenant's room with a link in place of the result, and no other tenant", async () => {
    const supervisor = await fixture.connect(boss());
    const stranger = await fixture.connect({ subject: "ada", role: "admin", tenantId: fixture.tenants[1] });
    const op = await fixture.connect({ subject: "op", role: "operator" });
    await supervisor.join(`tenant:${tenantId}`);
    await stranger.join(`tenant:${fixture.tenants[1]}`);
    await op.join(`tenant:${tenantId}`);
    const runId = await fixture.insertRun({
      tenantId,
      createdBy: "ada",
      state: "completed",
      starts: 1,
      result: { a: 1 },
    });
    hint(runId, "completed");
    for (const listener of [supervisor, op]) {
      const event = await listener.hears(runId, "completed");
      expect(event.resultUrl).toBe(`/api/jobs/${runId}`);
      expect(event).not.toHaveProperty("result");
    }
    expect(stranger.events).toEqual([]);
  });

  test("gives who is in the job's and the tenant's room the result, once", async () => {
    const supervisor = await fixture.connect(boss());
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada", state: "started", starts: 1 });
    await supervisor.join(`tenant:${tenantId}`);
    await supervisor.join(`job:${runId}`);
    await fixture.updateRun(runId, { state: "completed", starts: 1, result: [1, 2] });
    hint(runId, "completed");
    expect((await supervisor.hears(runId, "completed")).result).toEqual([1, 2]);
    await settled(await fixture.connect(ada()));
    expect(states(supervisor, runId)).toEqual(["started", "completed"]);
  });

  test("leaves a large result out of every event", async () => {
    const starter = await fixture.connect(ada());
    const runId = await fixture.insertRun({
      tenantId,
      createdBy: "ada",
      state: "completed",
      starts: 1,
      result: { text: "x".repeat(70_000) },
    });
    hint(runId, "completed");
    const event = await starter.hears(runId, "completed");
    expect(event.resultUrl).toBe(`/api/jobs/${runId}`);
    expect(event).not.toHaveProperty("result");
  });

  test("is told from the hint itself, where it carries what was committed", async () => {
    const starter = await fixture.connect(ada());
    const runId = randomUUID(); // not to be found in Postgres
    const committed = { job: "test.job", attempts: 0, starts: 1, atMs: Date.UTC(2026, 0, 2), problem: null };
    const told = { kind: "run", runId, tenantId, createdBy: "ada" } as const;
    fixture.publish({ ...told, state: "completed", committed: { ...committed, result: { p50: 12 } } });
    fixture.publish({ ...told, state: "started", committed: { ...committed, result: null } });
    const event = await starter.hears(runId, "completed");
    expect(event).toMatchObject({ at: "2026-01-02T00:00:00.000Z", starts: 1, result: { p50: 12 } });
    await settled(starter);
    expect(states(starter, runId)).toEqual(["completed"]);
  });

  test("tells why a run failed, and operators of runs without a tenant", async () => {
    const op = await fixture.connect({ subject: "op", role: "operator" });
    const other = await fixture.connect({ subject: "op2", role: "operator" });
    await other.join("operator:runs");
    const problem = { code: "timed-out", detail: "took longer than 30 s" };
    const runId = await fixture.insertRun({ tenantId: null, createdBy: "op", state: "failed", starts: 1, problem });
    hint(runId, "failed", { tenantId: null, createdBy: "op" });
    expect((await op.hears(runId, "failed")).problem).toEqual(problem);
    expect((await other.hears(runId, "failed")).problem).toEqual(problem);
  });

  test("of a run in a tenant's name reaches the operator who started it", async () => {
    const op = await fixture.connect({ subject: "op", role: "operator" });
    const runId = await fixture.insertRun({ tenantId, createdBy: "op", state: "completed", starts: 1, result: 1 });
    hint(runId, "completed", { createdBy: "op" });
    expect((await op.hears(runId, "completed")).result).toBe(1);
  });
});

describe("who joins a job's room", () => {
  test("after the run has ended hears its final state right after the acknowledgement", async () => {
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada", state: "completed", starts: 1, result: null });
    const late = await fixture.connect(ada());
    const order: string[] = [];
    late.socket.on("job", ({ state }) => order.push(state));
    late.socket.emit("join", { room: `job:${runId}` }, ({ ok }: { ok: boolean }) => order.push(`ack ${ok}`));
    await late.hears(runId, "completed");
    expect(order).toEqual(["ack true", "completed"]);
    expect(late.events).toHaveLength(1);
    expect(late.events[0]?.result).toBeNull();
  });

  test("of an old run disturbs nobody else", async () => {
    const supervisor = await fixture.connect(boss());
    const starter = await fixture.connect(ada());
    await supervisor.join(`tenant:${tenantId}`);
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada", state: "completed", starts: 1, result: 1 });
    const looker = await fixture.connect(boss());
    await looker.join(`job:${runId}`);
    await looker.hears(runId, "completed");
    await settled(starter);
    expect(states(starter, runId)).toEqual([]);
    expect(states(supervisor, runId)).toEqual([]);
  });

  test("while many do hears it too", async () => {
    const listener = await fixture.connect(ada());
    const runIds = await Promise.all(
      Array.from({ length: 150 }, () => fixture.insertRun({ tenantId, createdBy: "ada", state: "started", starts: 1 })),
    );
    const answers = await Promise.all(runIds.map((runId) => listener.join(`job:${runId}`)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    for (const runId of runIds) await listener.hears(runId, "started");
    expect(listener.events).toHaveLength(150);
  });
});

describe("states", () => {
  test("never go backwards, in whatever order hints and progress come", async () => {
    const listener = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada", state: "started", starts: 1 });
    hint(runId, "started");
    await listener.hears(runId, "started");
    progress(runId, 0.5);
    progress(runId, 0.2);
    expect((await listener.hears(runId, "progress")).progress).toEqual({ share: 0.5 });
    await fixture.updateRun(runId, { state: "completed", starts: 1, result: 1 });
    hint(runId, "completed");
    hint(runId, "queued");
    hint(runId, "started");
    await listener.hears(runId, "completed");
    progress(runId, 0.9);
    hint(runId, "started");
    await settled(listener);
    expect(states(listener, runId)).toEqual(["started", "progress", "completed"]);
  });

  test("go on with a retry, by the backoff or by hand", async () => {
    const listener = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada" });
    const life = [
      { state: "started", starts: 1, attempts: 0 },
      { state: "queued", starts: 1, attempts: 1 },
      { state: "started", starts: 2, attempts: 1 },
      { state: "failed", starts: 2, attempts: 2, problem: { code: "processor-error", detail: "no" } },
      { state: "queued", starts: 2, attempts: 0 },
      { state: "completed", starts: 3, attempts: 0, result: 1 },
    ] as const;
    for (const change of life) {
      await fixture.updateRun(runId, change);
      hint(runId, "queued");
      await listener.hears(runId, change.state);
    }
    expect(states(listener, runId)).toEqual(life.map(({ state }) => state));
  });
});

describe("health", () => {
  test("answers on the same port, with figures that name no tenant", async () => {
    expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${fixture.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${fixture.url}/${randomUUID()}`)).status).toBe(404);
    const metrics = await eventually(async () => {
      const text = await (await fetch(`${fixture.url}/metrics`)).text();
      expect(text).toMatch(/deskpulse_realtime_hint_to_emit_seconds_count [1-9]/);
      return text;
    });
    expect(metrics).toMatch(/deskpulse_realtime_events_total\{event="job",state="completed"\} [1-9]/);
    expect(metrics).not.toContain(tenantId);
  });
});
