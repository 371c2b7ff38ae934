import type { Database } from "@deskpulse/db/connect";
import { queueDepths } from "@deskpulse/db/jobs/queue-depths";
import { asEngine } from "@deskpulse/db/transaction";
import { queueNames } from "@deskpulse/jobs/queues";
import { lockMs } from "@deskpulse/runs/lock-times";
import type { RunObserver } from "@deskpulse/runs/worker/run-observer";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];

/** What this worker's attempts come to. Labels: names of jobs and queues and closed sets of words, never a tenant. */
export function measureRuns(registry: Registry): RunObserver {
  const registers = [registry];
  const durations = new Histogram({
    name: "deskpulse_run_duration_seconds",
    help: "From the claim of a run until the end of this attempt was stored",
    labelNames: ["job", "outcome"],
    buckets: seconds,
    registers,
  });
  const waits = new Histogram({
    name: "deskpulse_run_wait_seconds",
    help: "From when a run could have started to its first start",
    labelNames: ["queue"],
    buckets: seconds,
    registers,
  });
  const failures = new Counter({
    name: "deskpulse_runs_failed_total",
    help: "Runs that failed for good on this worker, by why: the dead letters",
    labelNames: ["job", "code"],
    registers,
  });
  return {
    started: ({ queue, waitedMs }) => {
      if (waitedMs !== null) waits.observe({ queue }, Math.max(0, waitedMs) / 1000);
    },
    attempted: ({ job }, { outcome, code, ms }) => {
      durations.observe({ job, outcome }, ms / 1000);
      if (outcome === "failed" && code !== null) failures.inc({ job, code });
    },
  };
}

export function measureActiveRuns(registry: Registry, activeRuns: () => number): void {
  new Gauge({
    name: "deskpulse_runs_active",
    help: "Runs that this worker executes now",
    registers: [registry],
    collect() {
      this.set(activeRuns());
    },
  });
}

const depthsAgeMsMax = 5_000;
/** A scrape waits this long for Postgres; then it shows the other figures without depths. */
const depthsWaitMs = 1_000;

/** Adds how much there is to do in the whole platform, asked of Postgres once in 5 s however often it is scraped. */
export function measureQueues(registry: Registry, database: Database): void {
  const depth = new Gauge({
    name: "deskpulse_queue_runs",
    help: "Unfinished runs in Postgres, at most 100,000. Every worker shows the whole platform's: take max, not sum",
    labelNames: ["queue", "state"],
    registers: [registry],
    collect: fill,
  });
  const oldest = new Gauge({
    name: "deskpulse_queue_oldest_due_seconds",
    help: "How long the longest waiting run has been due. Every worker shows the whole platform's: take max, not sum",
    labelNames: ["queue"],
    registers: [registry],
    collect: fill,
  });
  let askedAtMs = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    askedAtMs = performance.now();
    // what cannot be read is not shown: an old depth would look like a current one
    const depths = await asEngine(database, (tx) => queueDepths(tx, lockMs), { statementTimeoutMs: 2_000 }).catch(
      () => null,
    );
    depth.reset();
    oldest.reset();
    if (depths === null) return;
    for (const queue of queueNames) {
      const found = depths.find((one) => one.queue === queue);
      depth.set({ queue, state: "waiting" }, found?.waiting ?? 0);
      depth.set({ queue, state: "delayed" }, found?.delayed ?? 0);
      depth.set({ queue, state: "started" }, found?.started ?? 0);
      oldest.set({ queue }, found?.oldestAgeSeconds ?? 0);
    }
  }

  async function fill(): Promise<void> {
    if (asking === undefined && performance.now() - askedAtMs >= depthsAgeMsMax) {
      asking = ask().finally(() => {
        asking = undefined;
      });
    }
    if (asking === undefined) return;
    let timer: NodeJS.Timeout | undefined;
    const waited = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, depthsWaitMs);
    });
    await Promise.race([asking, waited]).finally(() => clearTimeout(timer));
  }
}
