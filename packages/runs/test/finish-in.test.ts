import { randomUUID } from "node:crypto";
import { beat } from "@deskpulse/db/jobs/beat";
import { type ClaimedRun, claimRunsStatement } from "@deskpulse/db/jobs/claim-runs";
import { asEngine, type TenantTx } from "@deskpulse/db/transaction";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { lockMs } from "../src/lock-times.ts";
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

const writeLabel = ({ sql, tenantId }: TenantTx, key: string) =>
  sql`insert into labels (tenant_id, name, source_key) values (${tenantId}, ${key}, ${key})`;

async function labels(): Promise<string[]> {
  const rows = await world.database.sql<{ name: string }[]>`
    select name from labels where tenant_id = ${setting.tenantId} order by name`;
  return rows.map(({ name }) => name);
}

describe("finishIn", () => {
  test("commits the domain rows and the run's end together", async () => {
    await setting.startWorker(
      { task },
      {
        task: ({ ctx }) =>
          ctx.finishIn(async (tx) => {
            await writeLabel(tx, "done");
            return { label: "done" };
          }),
      },
    );
    const { id } = await setting.enqueue(task);
    expect(await setting.until(id, "completed")).toMatchObject({ result: { label: "done" }, starts: 1, attempts: 0 });
    expect(await labels()).toEqual(["done"]);
  });

  test("leaves no row of an attempt that failed in it", async () => {
    await setting.startWorker(
      { task },
      {
        task: ({ ctx }) =>
          ctx.finishIn(async (tx) => {
            await writeLabel(tx, `attempt ${ctx.attempt}`);
            if (ctx.attempt === 1) throw new Error("too late");
            return null;
          }),
      },
    );
    const { id } = await setting.enqueue(task);
    expect(await setting.until(id, "completed")).toMatchObject({ starts: 2, attempts: 1 });
    expect(await labels()).toEqual(["attempt 2"]);
  });

  test("leaves no row when the output is not as defined", async () => {
    const strict = testJob("test.strict", { output: z.strictObject({ sum: z.int() }), attempts: 1 });
    await setting.startWorker(
      { strict },
      {
        strict: ({ ctx }) =>
          ctx.finishIn(async (tx) => {
            await writeLabel(tx, "wrong");
            return { sum: "much" };
          }),
      },
    );
    const { id } = await setting.enqueue(strict);
    expect((await setting.until(id, "failed")).problem?.code).toBe("processor-error");
    expect(await labels()).toEqual([]);
  });

  test("has ended the run, whatever the processor does afterwards", async () => {
    let starts = 0;
    await setting.startWorker(
      { task },
      {
        task: async ({ ctx }) => {
          starts++;
          await ctx.finishIn(async (tx) => {
            await writeLabel(tx, "once");
            return null;
          });
          throw new Error("after the end");
        },
      },
    );
    const { id } = await setting.enqueue(task);
    await setting.until(id, "completed");
    const queue = setting.handover.queue("analytics");
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect(await setting.read(id)).toMatchObject({ state: "completed", attempts: 0, errors: [] });
    expect(await labels()).toEqual(["once"]);
    expect(starts).toBe(1);
  });

  test("of a worker that lost the run is refused, and its rows roll back", async () => {
    const [inside, onwards] = [gate(), gate()];
    let refusal: unknown;
    await setting.startWorker(
      { task },
      {
        task: ({ ctx }) =>
          ctx
            .finishIn(async (tx) => {
              await writeLabel(tx, "thawed");
              inside.open();
              await onwards.opened;
              return { by: "thawed" };
            })
            .catch((error: unknown) => {
              refusal = error;
              throw error;
            }),
      },
    );
    const { id } = await setting.enqueue(task);
    await inside.opened;
    const other = await takeOver(id);
    onwards.open();
    await eventually(() => expect(refusal).toBeDefined());
    const queue = setting.handover.queue("analytics");
    await eventually(async () => expect(await queue.getCompletedCount()).toBe(1));
    expect(await labels()).toEqual([]);
    expect(await setting.read(id)).toMatchObject({ state: "started", starts: 2, attempts: 0 });
    expect(other.starts).toBe(2);
  });
});

/** Another worker claims the run, as it may once the first has been silent for longer than the lock. */
async function takeOver(runId: string): Promise<ClaimedRun> {
  const workerId = randomUUID();
  return await asEngine(world.database, async (tx) => {
    await beat(tx, { id: workerId, hostname: "there", pid: 1, version: "test" });
    await tx.sql`update workers set heartbeat_at = now() - interval '1 hour' where id <> ${workerId}`;
    const claimed = await tx.sql.unsafe<ClaimedRun[]>(claimRunsStatement({ runIds: [runId], workerId, lockMs }));
    const [run] = claimed;
    if (!run) throw new Error("it could not be taken over");
    return run;
  });
}
