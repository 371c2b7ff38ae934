import type { Run } from "@deskpulse/domain/runs/run";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { z } from "zod";
import { deliveryId } from "../src/handover.ts";
import { startShared } from "../src/start-shared.ts";
import { pauseQueue, resumeQueue, runNow } from "../src/steer-run.ts";
import { createRunWorld, operator, type RunSetting, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
beforeAll(async () => {
  world = await createRunWorld();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

const task = testJob("test.task");
const shared = testJob("test.shared", { sharingKey: () => "one" });
const inAnHour = () => Date.now() + 3_600_000;
const request = ({ tenantId }: RunSetting, n: number, when: object) => ({
  definition: task,
  input: { n },
  tenantId,
  createdBy: "ann",
  ...when,
});
const stateIn = (setting: RunSetting, id: string) =>
  setting.handover.queue("analytics").getJobState(deliveryId({ id, handover: 1 }));

test("no priority goes first, then the lower number, also after Redis came back empty", async () => {
  const setting = await world.begin();
  await pauseQueue(setting.service, "analytics", operator);
  const asked = [
    [0, 500],
    [1, 2],
    [2, 0],
    [3, 1_000],
    [4, 1],
    [5, 0],
  ] as const;
  const runs: Run[] = [];
  for (const [n, priority] of asked) runs.push(await setting.service.enqueue(request(setting, n, { priority })));
  await setting.emptyRedis();
  await world.database.sql`update job_runs set run_at = now() - interval '10 seconds'`;
  const order: number[] = [];
  const processors = {
    task: async ({ input }: { input: unknown }) => {
      order.push(z.object({ n: z.int() }).parse(input).n);
      return null;
    },
  };
  await setting.startWorker({ task }, processors, { concurrency: 1 });
  await eventually(async () => {
    const states = await Promise.all(runs.map(({ id }) => stateIn(setting, id)));
    expect(states.map((state) => state === "waiting" || state === "prioritized")).toEqual(runs.map(() => true));
  });
  await resumeQueue(setting.service, "analytics", operator);
  for (const { id } of runs) await setting.until(id, "completed");
  expect(order).toEqual([2, 5, 4, 1, 0, 3]);
}, 20_000);

test("a run due later waits in BullMQ as delayed, and starts no sooner, also when Redis came back empty", async () => {
  const setting = await world.begin();
  const later = await setting.service.enqueue(request(setting, 1, { runAtMs: inAnHour() }));
  await eventually(async () => expect(await stateIn(setting, later.id)).toBe("delayed"));
  const dueAtMs = Date.now() + 1_500;
  const soon = await setting.service.enqueue(request(setting, 2, { runAtMs: dueAtMs }));
  await setting.emptyRedis();
  await setting.startWorker({ task }, { task: async () => null });
  const ended = await setting.until(soon.id, "completed", 15_000);
  expect(ended.startedAt).toBeGreaterThanOrEqual(dueAtMs - 100);
  expect((await setting.read(later.id)).state).toBe("queued");
  await runNow(setting.service, later.id, setting.member("admin"));
  await setting.until(later.id, "completed");
}, 30_000);

test("a time in the past means now", async () => {
  const setting = await world.begin();
  const run = await setting.service.enqueue(request(setting, 1, { runAtMs: 0 }));
  expect(run.runAt).toBe(run.createdAt);
});

test("a shared run due later answers only who asks for the same time", async () => {
  const setting = await world.begin();
  const asked = { definition: shared, input: {}, tenantId: setting.tenantId, createdBy: "ann" };
  const runAtMs = inAnHour();
  const later = await startShared(setting.service, { ...asked, runAtMs }, 0);
  const now = await startShared(setting.service, asked, 0);
  expect(now.id).not.toBe(later.id);
  expect((await startShared(setting.service, { ...asked, runAtMs }, 0)).id).toBe(later.id);
  expect((await startShared(setting.service, { ...asked, runAtMs: runAtMs + 1 }, 0)).id).not.toBe(later.id);
  expect((await startShared(setting.service, asked, 0)).id).toBe(now.id);
});
