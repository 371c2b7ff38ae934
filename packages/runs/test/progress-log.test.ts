import { readLogLines } from "@deskpulse/db/jobs/read-log-lines";
import { asEngine } from "@deskpulse/db/transaction";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { deliveryId } from "../src/handover.ts";
import { createRunWorld, gate, type RunSetting, testJob } from "./run-world.ts";

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
const linesOf = (runId: string) => asEngine(world.database, (tx) => readLogLines(tx, runId, 5_000));

test("progress stands in the run while it runs, and on the board", async () => {
  const onwards = gate();
  await setting.startWorker(
    { task },
    {
      task: async ({ ctx }) => {
        ctx.progress(0.25);
        ctx.progress(7, "counting");
        await onwards.opened;
        return null;
      },
    },
  );
  const { id } = await setting.enqueue(task);
  await eventually(async () => expect((await setting.read(id)).progress).toEqual({ share: 1, note: "counting" }));
  await eventually(async () => {
    const job = await setting.handover.queue("analytics").getJob(deliveryId({ id, handover: 1 }));
    expect(job?.progress).toEqual({ share: 1, note: "counting" });
  });
  onwards.open();
  await setting.until(id, "completed");
});

test("lines are stored in order before the run ends, without NUL, cut where they are too long", async () => {
  await setting.startWorker(
    { task },
    {
      task: async ({ ctx }) => {
        for (let line = 1; line <= 5; line++) ctx.log(`line ${line}\0`);
        ctx.log("x".repeat(5_000));
        return null;
      },
    },
  );
  const { id } = await setting.enqueue(task);
  await setting.until(id, "completed");
  const lines = (await linesOf(id)).map(({ line }) => line);
  expect(lines.slice(0, 5)).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5"]);
  expect(lines[5]).toHaveLength(2_000);
});

test("a run keeps at most 1,000 lines, however much it says", async () => {
  await setting.startWorker(
    { task },
    {
      task: async ({ ctx }) => {
        for (let line = 1; line <= 1_500; line++) ctx.log(`line ${line}`);
        return null;
      },
    },
  );
  const { id } = await setting.enqueue(task);
  await setting.until(id, "completed");
  const lines = await linesOf(id);
  expect(lines).toHaveLength(1_000);
  expect(lines.at(-1)?.line).toBe("line 1000");
});

test("a run keeps at most 1,000 lines over all its attempts", async () => {
  await setting.startWorker(
    { task },
    {
      task: async ({ ctx }) => {
        for (let line = 1; line <= 600; line++) ctx.log(`attempt ${ctx.attempt}, line ${line}`);
        if (ctx.attempt === 1) throw new Error("again");
        return null;
      },
    },
  );
  const { id } = await setting.enqueue(task);
  await setting.until(id, "completed");
  expect((await linesOf(id)).length).toBeLessThanOrEqual(1_000);
});
