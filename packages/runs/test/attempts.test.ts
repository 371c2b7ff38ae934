import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { deliveryId } from "../src/handover.ts";
import { UnrecoverableError } from "../src/worker/processor.ts";
import { createRunWorld, type RunSetting, testJob } from "./run-world.ts";

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

describe("an attempt that throws", () => {
  test("counts, is kept with its words, and is followed by the next", async () => {
    const task = testJob("test.task");
    await setting.startWorker(
      { task },
      {
        task: async ({ ctx }) => {
          if (ctx.attempt < 3) throw new Error(`attempt ${ctx.attempt} with a NUL \0`);
          return { attempt: ctx.attempt };
        },
      },
    );
    const { id } = await setting.enqueue(task);
    const run = await setting.until(id, "completed");
    expect(run).toMatchObject({ attempts: 2, starts: 3, result: { attempt: 3 } });
    expect(run.errors.map(({ attempt, message }) => ({ attempt, message }))).toEqual([
      { attempt: 1, message: "attempt 1 with a NUL " },
      { attempt: 2, message: "attempt 2 with a NUL " },
    ]);
  });

  test("waits for as long as the definition says, in Postgres and as a delayed job", async () => {
    const patient = testJob("test.patient", { backoffMs: (attempt) => attempt * 60_000 });
    await setting.startWorker({ patient }, { patient: () => Promise.reject(new Error("not today")) });
    const { id } = await setting.enqueue(patient);
    const run = await eventually(async () => {
      const found = await setting.read(id);
      expect(found).toMatchObject({ state: "queued", attempts: 1 });
      return found;
    });
    const waitMs = run.runAt - Date.parse(run.errors[0]?.at ?? "");
    expect(waitMs).toBeGreaterThan(59_000);
    expect(waitMs).toBeLessThan(65_000);
    const queue = setting.handover.queue("analytics");
    await eventually(async () => expect(await queue.getJobState(deliveryId({ id, handover: 1 }))).toBe("delayed"));
  });

  test("fails the run at the last, which BullMQ shows as failed", async () => {
    const task = testJob("test.task", { attempts: 2 });
    await setting.startWorker({ task }, { task: () => Promise.reject(new Error("never")) });
    const { id } = await setting.enqueue(task);
    const run = await setting.until(id, "failed");
    expect(run).toMatchObject({
      attempts: 2,
      starts: 2,
      problem: { code: "processor-error", detail: "never" },
      result: null,
    });
    expect(run.errors).toHaveLength(2);
    expect(run.finishedAt).not.toBeNull();
  });

  test("as unrecoverable fails the run at once", async () => {
    const task = testJob("test.task");
    await setting.startWorker({ task }, { task: () => Promise.reject(new UnrecoverableError("no such inbox")) });
    const { id } = await setting.enqueue(task);
    expect(await setting.until(id, "failed")).toMatchObject({
      attempts: 1,
      starts: 1,
      problem: { code: "processor-error", detail: "no such inbox" },
    });
  });

  test("by giving a result that is not as defined is an error like others", async () => {
    const task = testJob("test.task", { output: z.strictObject({ sum: z.int() }), attempts: 1 });
    await setting.startWorker({ task }, { task: async () => ({ sum: "much" }) });
    const { id } = await setting.enqueue(task);
    expect((await setting.until(id, "failed")).problem?.detail).toMatch(/not as defined/);
  });
});

describe("a time-out", () => {
  test("aborts the attempt, in whose place the next one comes", async () => {
    const task = testJob("test.task", { timeoutMs: 100 });
    await setting.startWorker(
      { task },
      {
        task: ({ ctx }) =>
          ctx.inTenant(async ({ sql }) => {
            if (ctx.attempt === 1) await sql`select pg_sleep(30)`;
            return { attempt: ctx.attempt };
          }),
      },
    );
    const { id } = await setting.enqueue(task);
    const run = await setting.until(id, "completed");
    expect(run.errors.map(({ message }) => message)).toEqual(["took longer than 100 ms"]);
  });

  test("at the last attempt fails the run as timed out", async () => {
    const task = testJob("test.task", { timeoutMs: 50, attempts: 1 });
    await setting.startWorker({ task }, { task: ({ ctx }) => untilAborted(ctx.signal) });
    const { id } = await setting.enqueue(task);
    expect((await setting.until(id, "failed")).problem?.code).toBe("timed-out");
  });

  test("ends a run whose processor does not listen to its signal", async () => {
    const task = testJob("test.task", { timeoutMs: 50, attempts: 1 });
    await setting.startWorker({ task }, { task: () => new Promise(() => undefined) });
    const { id } = await setting.enqueue(task);
    expect((await setting.until(id, "failed", 8_000)).problem?.code).toBe("timed-out");
  });
});

test("a run that took its workers down too often goes to the dead letters without another start", async () => {
  const task = testJob("test.task");
  let started = false;
  const { id } = await setting.enqueue(task);
  await world.database.sql`update job_runs set starts = 21 where id = ${id}`;
  await setting.startWorker(
    { task },
    {
      task: async () => {
        started = true;
        return null;
      },
    },
  );
  expect((await setting.until(id, "failed")).problem?.code).toBe("crashed-workers");
  expect(started).toBe(false);
});

test("starts that were forgiven do not count as crashes", async () => {
  const task = testJob("test.task");
  const { id } = await setting.enqueue(task);
  await world.database.sql`update job_runs set starts = 50, starts_forgiven = 40 where id = ${id}`;
  await setting.startWorker({ task }, { task: async () => null });
  expect(await setting.until(id, "completed")).toMatchObject({ starts: 51 });
});

test("an input that the definition no longer accepts fails the run without a start of its processor", async () => {
  const before = testJob("test.task");
  const after = testJob("test.task", { input: z.strictObject({ n: z.int() }) });
  await setting.startWorker({ after }, { after: async () => ({ ran: true }) });
  const { id } = await setting.enqueue(before, { n: "seven" });
  expect((await setting.until(id, "failed")).problem?.code).toBe("invalid-input");
});

test("a job that this worker does not know is left to others", async () => {
  const known = testJob("test.known");
  const unknown = testJob("test.unknown");
  await setting.startWorker({ known }, { known: async () => null });
  const { id } = await setting.enqueue(unknown);
  const queue = setting.handover.queue("analytics");
  await setting.until(id, "queued");
  const { id: after } = await setting.enqueue(known);
  await setting.until(after, "completed");
  expect(await setting.read(id)).toMatchObject({ state: "queued", attempts: 0 });
  expect(await queue.getJob(deliveryId({ id, handover: 1 }))).toBeDefined();
});

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
