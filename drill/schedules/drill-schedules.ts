import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { migrateDatabase } from "@deskpulse/db/migrate";
import { insertSchedule } from "@deskpulse/db/schedules/write-schedule";
import { asEngine } from "@deskpulse/db/transaction";
import { bundleApps } from "../bundle.ts";
import type { DrillOptions } from "../drill.ts";
import { DrillRedis } from "../drill-redis.ts";
import { Ledger } from "../ledger.ts";
import { makeWorkers } from "../make-workers.ts";
import type { Victim } from "../victim.ts";
import type { SchedulesPlan } from "./plan-kills.ts";
import { judgeSlots, type SlotVerdict } from "./slot-ledger.ts";

export interface ScheduleFindings {
  readonly verdict: SlotVerdict;
  readonly kills: number;
  /** Processes that ended by themselves. */
  readonly deaths: readonly string[];
  /** Slots or runs that were not done in time. */
  readonly stuck: readonly string[];
}

type Options = Omit<DrillOptions, "plan"> & { readonly plan: SchedulesPlan };

/** Lets workers tick while they are killed, and compares what they fired with what was due. */
export async function drillSchedules(options: Options): Promise<ScheduleFindings> {
  const { plan, databaseUrl, folder, logs, redisPrefix, signal } = options;
  await migrateDatabase(databaseUrl);
  const database = connectDatabase({
    url: databaseUrl,
    connectionsMax: 4,
    applicationName: "deskpulse-drill",
    connectTimeoutMs: 30_000, // a busy machine is no finding
  });
  const programs = await bundleApps(folder);
  const redis = await DrillRedis.start(folder);
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, REDIS_PREFIX: redisPrefix };
  const workers = await makeWorkers({ count: plan.workers, file: programs.worker, env, logs });
  const deaths: string[] = [];
  const onDeath = (name: string): void => void deaths.push(name);
  try {
    const [tenantId = ""] = await new Ledger(database).open(1);
    for (const worker of workers) worker.start(onDeath);
    await Promise.all(workers.map((worker) => worker.ready()));
    const fromMs = await beginSchedules(database, plan, tenantId);
    await kill(plan, workers, onDeath, signal);
    const toMs = fromMs + plan.windowMs;
    await sleep(Math.max(0, toMs - Date.now()), undefined, { signal });
    const stuck = await settle(database, toMs, options);
    return {
      verdict: await judgeSlots(database, plan.schedules, { fromMs, toMs }),
      kills: plan.kills.length,
      deaths,
      stuck,
    };
  } finally {
    await Promise.all(workers.map((worker) => worker.kill()));
    await redis.stop();
    await database.close();
  }
}

/** Stores the schedules, due from the next full second but one; answers the instant after which slots count. */
async function beginSchedules(database: Database, plan: SchedulesPlan, tenantId: string): Promise<number> {
  const fromMs = Math.ceil(Date.now() / 1000) * 1000 + 1_000;
  await asEngine(database, async (tx) => {
    for (const { name, cron, timezone, overlap, isSlot } of plan.schedules) {
      let second = fromMs / 1000 + 1;
      while (!isSlot(second)) second++;
      const policies = { catchUp: "all", overlap, priority: 0, enabled: true } as const;
      const input = { token: name, workMs: 30, failures: 0 };
      const owned = { id: randomUUID(), tenantId, name, job: "drill.effect", input, createdBy: "drill" };
      await insertSchedule(tx, { ...owned, cron, timezone, ...policies, nextAtMs: second * 1000 }, 100);
    }
  });
  return fromMs;
}

async function kill(
  plan: SchedulesPlan,
  workers: readonly Victim[],
  onDeath: (name: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const startedAtMs = Date.now();
  await Promise.all(
    plan.kills.map(async ({ atMs, worker, restartAfterMs }) => {
      await sleep(Math.max(0, startedAtMs + atMs - Date.now()), undefined, { signal });
      const victim = workers[worker];
      if (victim === undefined) throw new Error("the plan names a worker that there is not");
      await victim.exclusively(async () => {
        await victim.ready();
        await victim.kill();
        console.log(`killed ${victim.name} after ${Date.now() - startedAtMs} ms`);
        await sleep(restartAfterMs, undefined, { signal });
        victim.start(onDeath);
        await victim.ready();
      });
    }),
  );
}

/** Waits until every slot up to the end is on record, then lets nothing more be due and waits for what runs. */
async function settle(database: Database, toMs: number, { settleWithinMs, signal }: Options): Promise<string[]> {
  const { sql } = database;
  const deadline = Date.now() + settleWithinMs;
  const waitFor = async (look: () => PromiseLike<readonly { readonly line: string }[]>): Promise<string[]> => {
    for (;;) {
      const left = await look();
      if (left.length === 0 || Date.now() > deadline) return left.map(({ line }) => line);
      await sleep(200, undefined, { signal });
    }
  };
  const due = await waitFor(
    () => sql<{ line: string }[]>`
    select format('%s is due at %s', name, next_at) as line from schedules where next_at <= ${new Date(toMs)}`,
  );
  await sql`update schedules set enabled = false, next_at = null where name like 'drilled-%'`;
  const unfinished = await waitFor(
    () => sql<{ line: string }[]>`
    select format('slot %s of %s waits', slot_at, schedule_id) as line from schedule_runs where outcome = 'queued'
    union all select format('run %s is %s', id, state) from job_runs where finished_at is null`,
  );
  return [...due, ...unfinished];
}
