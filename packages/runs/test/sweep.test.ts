import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "@deskpulse/local-services/free-port";
import { startRedis } from "@deskpulse/local-services/start-redis";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { deliveryId } from "../src/handover.ts";
import { pauseQueue, resumeQueue } from "../src/steer-run.ts";
import { createRunWorld, operator, type RunSetting, readOnlyOperator, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
beforeAll(async () => {
  world = await createRunWorld();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

const task = testJob("test.task");
const processors = { task: async () => null };

/** As if the run had waited for longer than the sweep lets pass. */
const age = (runId: string) =>
  world.database.sql`update job_runs set run_at = now() - interval '10 seconds' where id = ${runId}`;

const untilHandedOver = (setting: RunSetting, runId: string) =>
  eventually(async () => {
    const id = deliveryId({ id: runId, handover: 1 });
    expect(await setting.handover.queue("analytics").getJob(id)).toBeDefined();
  });

describe("the sweep hands over", () => {
  test("what was stored and never reached BullMQ", async () => {
    const setting = await world.begin();
    const { id } = await setting.enqueue(task);
    await untilHandedOver(setting, id);
    await setting.handover.queue("analytics").remove(deliveryId({ id, handover: 1 }));
    await age(id);
    await setting.startWorker({ task }, processors);
    expect(await setting.until(id, "completed")).toMatchObject({ starts: 1 });
  });

  test("what BullMQ takes for ended, under a new number", async () => {
    const setting = await world.begin();
    await setting.startWorker({ task }, processors);
    const { id } = await setting.enqueue(task);
    await setting.until(id, "completed");
    const queue = setting.handover.queue("analytics");
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    await world.database
      .sql`update job_runs set state = 'queued', finished_at = null, claimed_by = null where id = ${id}`;
    await age(id);
    expect(await setting.until(id, "completed")).toMatchObject({ starts: 2 });
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(2));
  });

  test("everything again when Redis came back empty, each once", async () => {
    const setting = await world.begin();
    const runs = await Promise.all(Array.from({ length: 30 }, (_, n) => setting.enqueue(task, { n })));
    for (const { id } of runs) await untilHandedOver(setting, id);
    await setting.emptyRedis();
    for (const { id } of runs) await age(id);
    await setting.startWorker({ task }, processors);
    for (const { id } of runs) expect(await setting.until(id, "completed")).toMatchObject({ starts: 1 });
  });
});

test("with Redis away runs are stored, and happen once it is there, each once", async () => {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "runs-redis-"));
  const programDir = fileURLToPath(new URL("../../../.cache/redis-server", import.meta.url));
  const options = { dataDir: folder, port, persistence: false, programDir, log: () => undefined };
  const first = await startRedis(options);
  const setting = await world.begin(first.url);
  await first.stop();
  const runs = await Promise.all(Array.from({ length: 5 }, (_, n) => setting.enqueue(task, { n })));
  for (const { id } of runs) await age(id);
  const server = await startRedis(options);
  try {
    await setting.startWorker({ task }, processors);
    for (const { id } of runs) expect(await setting.until(id, "completed")).toMatchObject({ starts: 1 });
  } finally {
    await world.reset();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a queue that lost Redis while it was made is made anew", async () => {
  const setting = await world.begin();
  const queue = setting.handover.queue("analytics");
  setting.redis.disconnect(true);
  await expect(queue.waitUntilReady()).rejects.toThrow();
  const run = {
    id: randomUUID(),
    tenantId: null,
    job: "test.task",
    queue: "analytics",
    input: {},
    handover: 1,
    priority: 0,
  };
  await eventually(() => setting.handover.add([run]));
  await untilHandedOver(setting, run.id);
});

describe("a pause", () => {
  test("survives a Redis that came back empty, until it is ended", async () => {
    const setting = await world.begin();
    await pauseQueue(setting.service, "analytics", operator);
    await setting.emptyRedis();
    const queue = setting.handover.queue("analytics");
    expect(await queue.isPaused()).toBe(false);
    await setting.startWorker({ task }, processors);
    await eventually(async () => expect(await queue.isPaused()).toBe(true));
    const { id } = await setting.enqueue(task);
    await untilHandedOver(setting, id);
    expect(await setting.read(id)).toMatchObject({ state: "queued", starts: 0 });
    await resumeQueue(setting.service, "analytics", operator);
    await setting.until(id, "completed");
  });

  test("is for operators who may write", async () => {
    const setting = await world.begin();
    for (const caller of [setting.member("admin"), readOnlyOperator]) {
      await expect(pauseQueue(setting.service, "analytics", caller)).rejects.toMatchObject({ code: "forbidden" });
    }
    expect(await world.database.sql`select from queue_pauses`).toHaveLength(0);
  });
});
