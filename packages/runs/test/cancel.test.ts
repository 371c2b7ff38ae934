import { connectDatabase } from "@deskpulse/db/connect";
import { cancelRun as cancelRow } from "@deskpulse/db/jobs/cancel-run";
import { asEngine } from "@deskpulse/db/transaction";
import { connectRedis } from "@deskpulse/process/redis";
import { subscribe } from "@deskpulse/push/subscriber";
import { eventually } from "@deskpulse/testkit/eventually";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { lockMs } from "../src/lock-times.ts";
import { cancelRun } from "../src/steer-run.ts";
import { connectionsMax, createRunWorld, type RunSetting, readOnlyOperator, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
let setting: RunSetting;
beforeAll(async () => {
  world = await createRunWorld();
});
beforeEach(async () => {
  setting = await world.begin();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

const task = testJob("test.task");

const sleeping = async ({ sql } = world.database): Promise<number> => {
  const rows = await sql`
    select from pg_stat_activity where datname = current_database() and state = 'active' and query like 'select pg_sleep(3%'`;
  return rows.length;
};

describe("cancelling", () => {
  test("a run that waits ends it at once; nobody starts it afterwards", async () => {
    const { id } = await setting.enqueue(task);
    const cancelled = await cancelRun(setting.service, id, setting.member("agent"));
    expect(cancelled).toMatchObject({ state: "cancelled", starts: 0, problem: { code: "cancelled" } });
    let started = false;
    await setting.startWorker(
      { task },
      {
        task: async () => {
          started = true;
          return null;
        },
      },
    );
    const after = await setting.enqueue(task);
    await setting.until(after.id, "completed");
    const queue = setting.handover.queue("analytics");
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(2));
    expect((await setting.read(id)).state).toBe("cancelled");
    // one start: that of the other run
    expect((await setting.read(after.id)).starts).toBe(1);
    expect(started).toBe(true);
  });

  test("a run that waits for its next attempt ends it at once", async () => {
    const patient = testJob("test.patient", { backoffMs: () => 60_000 });
    await setting.startWorker({ patient }, { patient: () => Promise.reject(new Error("not today")) });
    const { id } = await setting.enqueue(patient);
    await eventually(async () => expect((await setting.read(id)).attempts).toBe(1));
    expect(await cancelRun(setting.service, id, setting.member("agent"))).toMatchObject({ state: "cancelled" });
  });

  test("a running run cancels its SQL in flight within a second or two, without a hint", async () => {
    await setting.startWorker(
      { task },
      { task: ({ ctx }) => ctx.inTenant(async ({ sql }) => ({ slept: await sql`select pg_sleep(30)` })) },
    );
    const { id } = await setting.enqueue(task);
    await eventually(async () => expect(await sleeping()).toBe(1));
    const asked = await cancelRun(setting.service, id, setting.member("agent"));
    expect(asked).toMatchObject({ state: "started", cancelRequested: true });
    const run = await setting.until(id, "cancelled", 3_000);
    expect(run).toMatchObject({ problem: { code: "cancelled" }, attempts: 0, starts: 1 });
    expect(await sleeping()).toBe(0);
  });

  test("a running run works while runs keep every connection busy", async () => {
    const jobs = { task };
    await setting.startWorker(
      jobs,
      { task: ({ ctx }) => ctx.inTenant(async ({ sql }) => ({ slept: await sql`select pg_sleep(3)` })) },
      { concurrency: connectionsMax },
    );
    const runs = await Promise.all(Array.from({ length: connectionsMax }, () => setting.enqueue(task)));
    const [first] = runs;
    const beside = connectDatabase({ url: world.url, connectionsMax: 1, applicationName: "beside" });
    try {
      await eventually(async () => expect(await sleeping(beside)).toBe(connectionsMax));
      await asEngine(beside, (tx) => cancelRow(tx, { runId: first?.id ?? "", lockMs, detail: "cancelled" }));
      await eventually(async () => expect(await sleeping(beside)).toBe(connectionsMax - 1), { timeoutMs: 2_000 });
    } finally {
      await beside.close();
    }
  });

  test("a running run is quick with a hint", async () => {
    const worker = await setting.startWorker({ task }, { task: ({ ctx }) => untilAborted(ctx.signal) });
    const listener = subscribe({
      redis: connectRedis(testServers().redisUrl, "subscriber", { warn: () => undefined, info: () => undefined }),
      prefix: setting.redisPrefix,
      channel: "cancellations",
      onEvents: (events) => {
        for (const event of events) if (event.kind === "cancel") worker.onCancelHint(event.runId);
      },
      onResubscribed: () => undefined,
      onError: () => undefined,
    });
    await eventually(() => expect(listener.isLive()).toBe(true));
    const { id } = await setting.enqueue(task);
    await setting.until(id, "started");
    await cancelRun(setting.service, id, setting.member("agent"));
    await setting.until(id, "cancelled", 700);
    await listener.stop();
  });

  test("a run whose processor does not listen to its signal ends it all the same", async () => {
    await setting.startWorker({ task }, { task: () => new Promise(() => undefined) });
    const { id } = await setting.enqueue(task);
    await setting.until(id, "started");
    await cancelRun(setting.service, id, setting.member("agent"));
    await setting.until(id, "cancelled", 9_000);
  });

  test("a run that has ended is a conflict", async () => {
    await setting.startWorker({ task }, { task: async () => null });
    const { id } = await setting.enqueue(task);
    await setting.until(id, "completed");
    await expect(cancelRun(setting.service, id, setting.member("agent"))).rejects.toMatchObject({ code: "conflict" });
    expect((await setting.read(id)).state).toBe("completed");
  });

  test("is for the starter, admins and operators who may write", async () => {
    const { id } = await setting.enqueue(task);
    const cancelAs = (caller: Parameters<typeof cancelRun>[2]) => cancelRun(setting.service, id, caller);
    await expect(cancelAs(setting.member("agent", "bob"))).rejects.toMatchObject({ code: "not-found" });
    await expect(cancelAs(setting.member("supervisor", "sue"))).rejects.toMatchObject({ code: "forbidden" });
    await expect(cancelAs(readOnlyOperator)).rejects.toMatchObject({ code: "forbidden" });
    expect((await setting.read(id)).cancelRequested).toBe(false);
    expect(await cancelAs(setting.member("admin", "ada"))).toMatchObject({ state: "cancelled" });
  });
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
