import { eventually } from "@deskpulse/testkit/eventually";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { RunSource } from "../src/realtime-options.ts";
import { type Fixture, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
afterEach(() => fixture.stop());
const ada = () => ({ subject: "ada", role: "agent", tenantId: fixture.tenants[0] }) as const;
/** A subscription that never comes about. */
const deaf = (source: RunSource): RunSource => ({
  ...source,
  subscribe: () => {
    const { stop } = source.subscribe({ onEvents: () => undefined, onResubscribed: () => undefined });
    return { isLive: () => false, stop };
  },
});
const soon = { openRunsEveryMs: 50, recentRunsEveryMs: { live: 60_000, dead: 50 } };

describe("a hint that is lost", () => {
  test("is made good in a joined room by reading", async () => {
    fixture = await startFixture(soon);
    const listener = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId: fixture.tenants[0], createdBy: "ada" });
    await listener.join(`job:${runId}`);
    for (const change of [
      { state: "started", starts: 1 },
      { state: "completed", starts: 1, result: 7 },
    ] as const) {
      await fixture.updateRun(runId, change);
      await listener.hears(runId, change.state);
    }
    expect(listener.events.map(({ state }) => state)).toEqual(["queued", "started", "completed"]);
  });

  test("is made good for connected starters and tenant rooms while nothing is subscribed", async () => {
    fixture = await startFixture(soon, deaf);
    const [tenantId] = fixture.tenants;
    const starter = await fixture.connect(ada());
    const supervisor = await fixture.connect({ subject: "boss", role: "supervisor", tenantId });
    const idle = await fixture.connect({ subject: "bob", role: "agent", tenantId });
    const op = await fixture.connect({ subject: "op", role: "operator" });
    await supervisor.join(`tenant:${tenantId}`);
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada" });
    const own = await fixture.insertRun({ tenantId: null, createdBy: "op" });
    await starter.hears(runId, "queued");
    await fixture.updateRun(runId, { state: "completed", starts: 1, result: 7 });
    expect((await starter.hears(runId, "completed")).result).toBe(7);
    await supervisor.hears(runId, "completed");
    await op.hears(own, "queued");
    expect(idle.events).toEqual([]);
  });
});

describe("while Postgres is away", () => {
  test("clients stay connected, joins are refused for now, and delivery resumes", async () => {
    let away = false;
    const failing = (source: RunSource): RunSource => ({
      ...source,
      readStates: async (ids, resultIds) => {
        if (away) throw new Error("connection refused");
        return source.readStates(ids, resultIds);
      },
    });
    fixture = await startFixture(soon, failing);
    const [tenantId] = fixture.tenants;
    const listener = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId, createdBy: "ada" });
    await listener.join(`job:${runId}`);
    away = true;
    await fixture.updateRun(runId, { state: "completed", starts: 1, result: 7 });
    expect(await listener.join(`job:${runId}`)).toMatchObject({ ok: false, problem: { code: "unavailable" } });
    expect(listener.socket.connected).toBe(true);
    away = false;
    expect((await listener.hears(runId, "completed")).result).toBe(7);
  });
});

describe("what is remembered", () => {
  test("goes when rooms empty", async () => {
    fixture = await startFixture(soon);
    const listener = await fixture.connect(ada());
    const runId = await fixture.insertRun({ tenantId: fixture.tenants[0], createdBy: "ada" });
    await listener.join(`job:${runId}`);
    listener.socket.disconnect();
    await eventually(() => expect(fixture.server.io.of("/").adapter.rooms.size).toBe(0));
  });
});
