import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { beat } from "@deskpulse/db/jobs/beat";
import { type ClaimedRun, claimRunsStatement } from "@deskpulse/db/jobs/claim-runs";
import { finishRunsStatement } from "@deskpulse/db/jobs/finish-runs";
import { releaseRuns } from "@deskpulse/db/jobs/release-runs";
import { engineStatement } from "@deskpulse/db/single-statement";
import { asEngine } from "@deskpulse/db/transaction";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { lockMs } from "../src/lock-times.ts";
import { createRunWorld, gate, testJob } from "./run-world.ts";

let world: Awaited<ReturnType<typeof createRunWorld>>;
beforeAll(async () => {
  world = await createRunWorld();
});
afterEach(() => world.reset());
afterAll(() => world.drop());

const task = testJob("test.task");

async function worker(): Promise<string> {
  const id = randomUUID();
  await asEngine(world.database, (tx) => beat(tx, { id, hostname: "here", pid: 1, version: "test" }));
  return id;
}

/** As if the worker had been silent for longer than the lock. */
const silence = (workerId: string) =>
  world.database
    .sql`update workers set heartbeat_at = now() - ${lockMs + 1} * interval '1 millisecond' where id = ${workerId}`;

const claim = (workerId: string, ...runIds: string[]): Promise<ClaimedRun[]> =>
  engineStatement<ClaimedRun>(world.database, claimRunsStatement({ runIds, workerId, lockMs }));

const finish = ({ id, starts }: { id: string; starts: number }, result: object = {}) =>
  engineStatement<{ id: string }>(
    world.database,
    finishRunsStatement([{ id, starts, state: "completed", result, problem: null }]),
  );

describe("a claim", () => {
  test("takes a run for one worker; a live worker keeps it", async () => {
    const { enqueue, read } = await world.begin();
    const { id } = await enqueue(task, { n: 1 });
    const [ann, bob] = [await worker(), await worker()];
    const [taken] = await claim(ann, id);
    expect(taken).toMatchObject({ id, starts: 1, attempts: 0, input: { n: 1 }, job: "test.task", createdBy: "ann" });
    expect(await claim(bob, id)).toEqual([]);
    expect(await claim(ann, id)).toEqual([]);
    expect(await read(id)).toMatchObject({ state: "started", starts: 1 });
  });

  test("of two at the same time is given to one", async () => {
    const { enqueue } = await world.begin();
    const runs = await Promise.all(Array.from({ length: 20 }, () => enqueue(task)));
    const workers = await Promise.all(Array.from({ length: 4 }, worker));
    const ids = runs.map(({ id }) => id);
    const taken = (await Promise.all(workers.map((id) => claim(id, ...ids)))).flat();
    expect(taken.map(({ id }) => id).sort()).toEqual([...ids].sort());
  });

  test("takes no run that is not due, nor one that has ended", async () => {
    const { service, tenantId, enqueue } = await world.begin();
    const later = await service.enqueue({
      definition: task,
      input: {},
      tenantId,
      createdBy: "ann",
      runAtMs: Date.now() + 60_000,
    });
    const ended = await enqueue(task);
    const ann = await worker();
    const [taken] = await claim(ann, ended.id);
    if (taken) await finish(taken);
    expect(await claim(await worker(), later.id, ended.id)).toEqual([]);
  });

  test("of a silent worker passes on, and its finish is refused from then on", async () => {
    const { enqueue, read } = await world.begin();
    const { id } = await enqueue(task);
    const [frozen, other] = [await worker(), await worker()];
    const [before] = await claim(frozen, id);
    await silence(frozen);
    const [after] = await claim(other, id);
    expect(after).toMatchObject({ starts: 2 });
    if (!before || !after) throw new Error("the run was not claimed");
    expect(await finish(before, { by: "frozen" })).toEqual([]);
    expect((await read(id)).state).toBe("started");
    expect(await finish(after, { by: "other" })).toMatchObject([{ id }]);
    expect(await read(id)).toMatchObject({ state: "completed", result: { by: "other" }, starts: 2, attempts: 0 });
    expect(await finish(after, { by: "other again" })).toEqual([]);
  });

  test("given back may be taken at once, and the start is forgiven", async () => {
    const { enqueue } = await world.begin();
    const { id } = await enqueue(task);
    const [ann, bob] = [await worker(), await worker()];
    const [first] = await claim(ann, id);
    expect(await asEngine(world.database, (tx) => releaseRuns(tx, bob, [id]))).toEqual([]);
    expect(await asEngine(world.database, (tx) => releaseRuns(tx, ann, [id]))).toEqual([id]);
    const [second] = await claim(bob, id);
    expect(second).toMatchObject({ starts: 2, startsForgiven: 1 });
    if (!first) throw new Error("the run was not claimed");
    expect(await finish(first)).toEqual([]);
  });

  test("is a HOT update: no index learns of it", async () => {
    const { enqueue } = await world.begin();
    const runs = await Promise.all(Array.from({ length: 10 }, (_, n) => enqueue(task, { n })));
    const workerId = await worker();
    const runIds = runs.map(({ id }) => id);
    // few enough for one page, by one connection that is told to report what it has counted
    const alone = connectDatabase({ url: world.url, connectionsMax: 1, applicationName: "alone" });
    try {
      const before = await updates(alone);
      await engineStatement(alone, claimRunsStatement({ runIds, workerId, lockMs }));
      const after = await updates(alone);
      expect({ all: after.all - before.all, hot: after.hot - before.hot }).toEqual({ all: 10, hot: 10 });
    } finally {
      await alone.close();
    }
  });
});

/** Updates of job_runs so far, with all that this connection has counted. */
async function updates({ sql }: Database): Promise<{ all: number; hot: number }> {
  await sql`select pg_stat_force_next_flush()`;
  const [row] = await sql<{ all: number; hot: number }[]>`
    select n_tup_upd::int as all, n_tup_hot_upd::int as hot from pg_stat_user_tables where relname = 'job_runs'`;
  if (!row) throw new Error("there is no job_runs");
  return row;
}

test("a run that a frozen process keeps locked holds up no other", async () => {
  const setting = await world.begin();
  const [locked, unlock] = [gate(), gate()];
  const runs = await Promise.all(Array.from({ length: 8 }, () => setting.enqueue(task)));
  const [first, ...others] = runs.map(({ id }) => id);
  const holding = world.database.sql.begin(async (sql) => {
    await sql`select from job_runs where id = ${first ?? ""} for update`;
    locked.open();
    await unlock.opened;
  });
  await locked.opened;
  await setting.startWorker({ task }, { task: async () => null }, { concurrency: 10 });
  for (const id of others) await setting.until(id, "completed", 4_000);
  expect((await setting.read(first ?? "")).state).toBe("queued");
  unlock.open();
  await holding;
  await setting.until(first ?? "", "completed");
});

test("job_runs has at most five indexes, and none names a column that a claim writes", async () => {
  const indexes = await world.database.sql<{ definition: string }[]>`
    select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'job_runs'::regclass`;
  expect(indexes.length).toBeLessThanOrEqual(5);
  for (const { definition } of indexes) expect(definition).not.toMatch(/\b(state|claimed_by|starts|started_at)\b/);
});
