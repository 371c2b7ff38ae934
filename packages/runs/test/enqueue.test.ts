import { randomUUID } from "node:crypto";
import { asTenant } from "@deskpulse/db/transaction";
import { freePort } from "@deskpulse/local-services/free-port";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { deliveryId } from "../src/handover.ts";
import { createRunWorld, type RunSetting, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
beforeAll(async () => {
  world = await createRunWorld();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

const task = testJob("test.task");
const request = ({ tenantId }: RunSetting, input: object = {}) => ({
  definition: task,
  input,
  tenantId,
  createdBy: "ann",
});

describe("enqueue", () => {
  test("stores what callers ask for at once in few transactions", async () => {
    const setting = await world.begin();
    const runs = await Promise.all(Array.from({ length: 100 }, (_, n) => setting.enqueue(task, { n })));
    const [row] = await world.database.sql<{ runs: number; inputs: number; transactions: number }[]>`
      select count(*)::int as runs, count(distinct input)::int as inputs, count(distinct xmin::text)::int as transactions
      from job_runs where state = 'queued' and tenant_id = ${setting.tenantId}`;
    expect(new Set(runs.map(({ id }) => id)).size).toBe(100);
    expect(row).toMatchObject({ runs: 100, inputs: 100 });
    expect(row?.transactions).toBeLessThanOrEqual(3);
  });

  test.each([
    ["that Postgres cannot store", { input: { text: "nul \u0000" } }],
    ["of a tenant that there is not", { tenantId: randomUUID() }],
  ])("a request %s fails alone in its group", async (_what, bad) => {
    const setting = await world.begin();
    const asked = [request(setting, { n: 1 }), { ...request(setting), ...bad }, request(setting, { n: 2 })];
    const outcomes = await Promise.allSettled(asked.map((one) => setting.service.enqueue(one)));
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    const stored = await world.database.sql<{ input: { n: number } }[]>`select input from job_runs order by id`;
    expect(stored.map(({ input }) => input.n).sort()).toEqual([1, 2]);
  });

  test("hands over to BullMQ with the run's name and a redacted copy of its input", async () => {
    const setting = await world.begin();
    const run = await setting.enqueue(task, { password: "hunter2", n: 7 });
    const job = await eventually(async () => {
      const found = await setting.handover.queue("analytics").getJob(deliveryId({ id: run.id, handover: 1 }));
      if (found === undefined) throw new Error("it is not handed over yet");
      return found;
    });
    expect(job.name).toBe("test.task");
    expect(job.data).toEqual({ runId: run.id, tenantId: setting.tenantId, input: '{"password":"[redacted]","n":7}' });
  });

  test("answers though Redis is away", async () => {
    const setting = await world.begin(`redis://127.0.0.1:${await freePort()}`);
    const run = await setting.enqueue(task, { n: 1 });
    expect((await setting.read(run.id)).state).toBe("queued");
  });
});

describe("enqueueIn", () => {
  test("stores the run with the transaction's rows, or neither", async () => {
    const setting = await world.begin();
    const refused = asTenant(world.database, setting.tenantId, async (tx) => {
      await setting.service.enqueueIn(tx, request(setting));
      throw new Error("the caller changed its mind");
    });
    await expect(refused).rejects.toThrow("changed its mind");
    expect(await world.database.sql`select from job_runs`).toHaveLength(0);
    const run = await asTenant(world.database, setting.tenantId, (tx) =>
      setting.service.enqueueIn(tx, request(setting)),
    );
    expect(await world.database.sql`select from job_runs where id = ${run?.id ?? null}`).toHaveLength(1);
  });

  test("cannot store a run of another tenant", async () => {
    const setting = await world.begin();
    const other = await world.database.sql<{ id: string }[]>`
      insert into tenants (id, name) values (${randomUUID()}, ${`other ${randomUUID()}`}) returning id`;
    const foreign = { ...request(setting), tenantId: other[0]?.id ?? "" };
    await expect(
      asTenant(world.database, setting.tenantId, (tx) => setting.service.enqueueIn(tx, foreign)),
    ).rejects.toThrow(/row-level security/);
  });
});
