import { hostname } from "node:os";
import { besidePool, type Database } from "@deskpulse/db/connect";
import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";
import type { JobCatalog, JobDefinition } from "@deskpulse/jobs/define-job";
import type { Publisher } from "@deskpulse/push/publisher";
import { UnrecoverableError as BullUnrecoverableError, DelayedError, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { v7 as uuidv7 } from "uuid";
import { type DeliveryData, type Handover, queuePrefix } from "../handover.ts";
import { lockMs, stalledIntervalMs } from "../lock-times.ts";
import type { RunLog } from "../run-service.ts";
import { writeTogether } from "../write-together.ts";
import { WorkerStopping } from "./abort-reasons.ts";
import { ActiveRuns } from "./active-runs.ts";
import { createDeliver } from "./deliver.ts";
import { boardResult, DeliveryMirror } from "./delivery-mirror.ts";
import type { Processor, Processors } from "./processor.ts";
import { ProgressLog } from "./progress-log.ts";
import type { RunObserver } from "./run-observer.ts";
import { Sweep } from "./sweep.ts";
import { RunWatch } from "./watch-runs.ts";

export interface RunWorkerOptions<Catalog extends JobCatalog> {
  readonly jobs: Catalog;
  readonly processors: Processors<Catalog>;
  readonly database: Database;
  /** Of the worker role: BullMQ blocks on copies of it. */
  readonly redis: Redis;
  /** Of the producer role: for the sweep, which must not hang. */
  readonly producer: Redis;
  readonly redisPrefix: string;
  readonly handover: Handover;
  readonly publisher: Publisher;
  /** Runs executed at once, by queue; only these queues are served. */
  readonly concurrency: Readonly<Record<string, number>>;
  readonly version: string;
  /** Told of every completed run before its hint goes out, which waits for it; may not reject. */
  readonly onCompleted?: (run: ClaimedRun) => Promise<void>;
  /** For figures; may not throw. */
  readonly observer?: RunObserver;
  readonly log: RunLog;
}

export interface RunWorker {
  readonly id: string;
  /** Runs executed now. */
  activeRuns(): number;
  /** A cancellation was hinted: looks at once instead of within a second. */
  onCancelHint(runId: string): void;
  /** Takes no more, waits `drainMs` for what runs, aborts and gives back the rest. */
  stop(drainMs: number): Promise<void>;
}

/** Starts to execute runs. Rejects when Postgres is away: a worker without a heartbeat may not claim. */
export async function startRunWorker<Catalog extends JobCatalog>(
  options: RunWorkerOptions<Catalog>,
): Promise<RunWorker> {
  const { database, redis, redisPrefix, handover, publisher, log } = options;
  const identity = { id: uuidv7(), hostname: hostname(), pid: process.pid, version: options.version };
  const runs = new ActiveRuns();
  // Beside the pool: a heartbeat that waits behind long statements would take this worker for dead.
  const watch = new RunWatch(besidePool(database), identity, runs, log);
  const mirror = new DeliveryMirror((error) => log.warn({ err: error }, "could not mirror progress to BullMQ"));
  const progressLog = new ProgressLog(database, publisher, (...said) => mirror.write(...said), log);
  const jobs = new Map(
    Object.entries(options.jobs).map(([key, definition]) => [
      definition.name,
      // The map is exhaustive by its type; definition and processor stand under the same key.
      { definition, processor: options.processors[key as keyof Catalog] as unknown as Processor<JobDefinition> },
    ]),
  );
  const deliver = createDeliver({
    database,
    workerId: identity.id,
    runs,
    publisher,
    progressLog,
    jobs,
    log,
    onCompleted: options.onCompleted,
    observer: options.observer,
    onGroupAnswered: () => writeTogether(redis),
  });
  await watch.start();

  const workers = Object.entries(options.concurrency).map(([queue, concurrency]) => {
    const worker = new Worker<DeliveryData, unknown, string>(
      queue,
      async (job, token) => {
        const { runId } = job.data;
        mirror.begin(runId, job);
        try {
          const delivered = await deliver(runId);
          switch (delivered.kind) {
            case "done":
              return boardResult(delivered.result);
            case "failed":
              throw new BullUnrecoverableError(delivered.reason);
            case "later":
              await job.moveToDelayed(Math.max(delivered.atMs, Date.now() + 1), token);
              throw new DelayedError();
          }
        } finally {
          mirror.end(runId);
        }
      },
      {
        connection: redis,
        prefix: queuePrefix(redisPrefix),
        concurrency,
        lockDuration: lockMs,
        stalledInterval: stalledIntervalMs,
        // Postgres counts starts; BullMQ must never give a run up by itself.
        maxStalledCount: 1_000_000,
        drainDelay: 5,
      },
    );
    worker.on("error", (error) => log.warn({ err: error, queue }, "BullMQ worker error"));
    return worker;
  });
  const sweep = new Sweep({
    database,
    redis: options.producer,
    redisPrefix,
    handover,
    log,
    queues: Object.keys(options.concurrency),
  });
  sweep.start();

  return {
    id: identity.id,
    activeRuns: () => runs.size,
    onCancelHint: (runId) => {
      if (runs.get(runId)) void watch.lookNow();
    },
    async stop(drainMs) {
      await sweep.stop();
      const closing = Promise.all(workers.map((worker) => worker.close()));
      const limit = setTimeout(() => {
        for (const { abort } of runs.all()) abort.abort(new WorkerStopping("the worker is stopping"));
      }, drainMs);
      await closing.finally(() => clearTimeout(limit));
      await progressLog.stop();
      await watch.stop();
    },
  };
}
