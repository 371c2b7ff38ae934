import { setTimeout as sleep } from "node:timers/promises";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { bundle } from "../bundle.ts";
import { appFlags, type Child, startChild } from "../child.ts";
import { cpuPerUnit, type Ground, redisPrefix } from "../ground.ts";
import { jobs } from "../job-map.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures, short } from "../rounds.ts";
import { preloadJobs, preloadRuns } from "./preload.ts";
import type { WorkerMessage } from "./worker-message.ts";

interface Setting {
  readonly concurrency: number;
  readonly poolMax: number;
}

const candidates = {
  ours: [100, 200, 400, 800].map((concurrency) => ({ concurrency, poolMax: 10 })),
  withRow: [
    { concurrency: 20, poolMax: 10 },
    { concurrency: 40, poolMax: 20 },
    { concurrency: 80, poolMax: 40 },
    { concurrency: 160, poolMax: 80 },
  ],
  peer: [50, 100, 200].map((concurrency) => ({ concurrency, poolMax: 0 })),
} satisfies Record<string, readonly Setting[]>;

const known = {
  ours: { concurrency: 400, poolMax: 10 },
  withRow: { concurrency: 80, poolMax: 40 },
  peer: { concurrency: 100, poolMax: 0 },
} satisfies Record<keyof typeof candidates, Setting>;

const stuckAfterMs = 120_000;

/** Runs that do nothing, and runs that write one row, against a bare BullMQ worker that does nothing. */
export async function benchWorker(ground: Ground): Promise<readonly Result[]> {
  const { settings, env } = ground;
  const files = {
    ours: await bundle({ entry: "bench/worker/our-worker-main.ts", name: "worker" }),
    peer: await bundle({ entry: "bench/worker/bare-worker-main.ts", name: "bare-worker" }),
  };
  const ours = startChild({ name: "worker", file: files.ours, env, ipc: true, flags: appFlags });
  const peer = startChild({ name: "bare-worker", file: files.peer, env, ipc: true });

  const runs = (definition: JobDefinition, count: number) => async (setting: Setting) => {
    await ground.clear();
    await preloadRuns(ground, definition, count);
    const figures = await drain(ground, ours, `${redisPrefix}:bull`, count, setting);
    await checkCompleted(ground, count, definition === jobs.noteWithRow);
    return figures;
  };
  const sides = {
    ours: runs(jobs.bareNote, settings.workerRuns.ours),
    withRow: runs(jobs.noteWithRow, settings.workerRuns.withRow),
    peer: async (setting: Setting) => {
      await ground.clear();
      await preloadJobs(ground, settings.workerRuns.peer);
      return await drain(ground, peer, `${redisPrefix}:peer`, settings.workerRuns.peer, setting);
    },
  };

  const best = { ...known };
  if (settings.searchConcurrency) {
    for (const side of ["ours", "withRow", "peer"] as const) best[side] = await searchBest(side, sides[side]);
  }
  const results: Result[] = [];
  for (const [side, what, goal] of [
    ["ours", "no-op runs/s", 0.65],
    ["withRow", "runs/s with one row each", 0.15],
  ] as const) {
    const { concurrency, poolMax } = best[side];
    console.log(`  ${what}: concurrency ${concurrency}, pool ${poolMax}; bare worker: ${best.peer.concurrency}`);
    const rounds = await alternate(settings.rounds, {
      ours: () => sides[side](best[side]),
      peer: () => sides.peer(best.peer),
    });
    const bench = side === "ours" ? "worker" : "worker, row";
    results.push(resultOf(rounds, "runs/s", { bench, what, goal: { is: "at least", ratio: goal } }));
    for (const figure of ["process CPU µs", "Postgres CPU µs", "Redis CPU µs", "all CPU µs"]) {
      results.push(resultOf(rounds, figure, { bench }));
    }
  }
  await Promise.all([ours.stop(), peer.stop()]);
  await ground.clear();
  return results;
}

async function searchBest(
  side: keyof typeof candidates,
  run: (setting: Setting) => Promise<Figures>,
): Promise<Setting> {
  let best: Setting = known[side];
  let bestRate = 0;
  // once before, so that the first setting does not pay for warming up
  await run(best);
  for (const setting of candidates[side]) {
    const rate = (await run(setting))["runs/s"] ?? 0;
    const pool = setting.poolMax === 0 ? "" : `, pool ${setting.poolMax}`;
    console.log(`  search ${side}: concurrency ${setting.concurrency}${pool}: ${short(rate)}/s`);
    if (rate <= bestRate) continue;
    best = setting;
    bestRate = rate;
  }
  return best;
}

/** Starts the worker on a full queue and waits until nothing is left in it. */
async function drain(ground: Ground, worker: Child, prefix: string, count: number, setting: Setting): Promise<Figures> {
  const queue = `${prefix}:operations`;
  const { concurrency, poolMax } = setting;
  if ((await countLeft(ground, queue)) !== count) throw new Error(`not all of ${count} deliveries are in the queue`);
  await worker.ask({ kind: "prepare", poolMax } satisfies WorkerMessage);
  const cpu = ground.cpuClock({ worker: worker.pid });
  const startedAt = performance.now();
  await worker.ask({ kind: "start", concurrency } satisfies WorkerMessage);
  for (;;) {
    const left = await countLeft(ground, queue);
    if (left === 0) break;
    if (performance.now() - startedAt > stuckAfterMs) throw new Error(`${left} deliveries are stuck`);
    await sleep(5);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const used = cpu();
  await worker.ask({ kind: "stop" } satisfies WorkerMessage);
  return { "runs/s": count / seconds, ...cpuPerUnit(used, count) };
}

/** Deliveries that are not done with: waiting, executed, or put off. */
async function countLeft({ servers }: Ground, queue: string): Promise<number> {
  const { redis } = servers;
  const [waiting, active, delayed] = await Promise.all([
    redis.llen(`${queue}:wait`),
    redis.llen(`${queue}:active`),
    redis.zcard(`${queue}:delayed`),
  ]);
  return waiting + active + delayed;
}

async function checkCompleted({ servers }: Ground, count: number, withRows: boolean): Promise<void> {
  const [row] = await servers.sql<{ completed: number; rows: number }[]>`
    select count(*)::int as completed, (select count(*)::int from labels) as rows
    from job_runs where state = 'completed' and starts = 1`;
  if (row?.completed !== count || (withRows && row.rows !== count)) {
    throw new Error(`of ${count} runs ${row?.completed} completed at their first start, with ${row?.rows} rows`);
  }
}
