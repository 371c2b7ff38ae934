import { Demand } from "@deskpulse/cache/demand";
import { openCache } from "@deskpulse/cache/open-cache";
import { ReportCache } from "@deskpulse/cache/report-cache";
import { connectDatabase } from "@deskpulse/db/connect";
import { tenancyDefects } from "@deskpulse/db/tenancy/check-tenancy";
import { jobs } from "@deskpulse/jobs/catalog";
import { queueConcurrency } from "@deskpulse/jobs/queues";
import { startHealthServer } from "@deskpulse/process/health-server";
import type { Stoppable } from "@deskpulse/process/lifecycle";
import type { Logger } from "@deskpulse/process/logger";
import { createMetrics, measurePool, measureRedis } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { waitFor } from "@deskpulse/process/wait-for";
import { createPublisher } from "@deskpulse/push/publisher";
import { subscribe } from "@deskpulse/push/subscriber";
import { Handover } from "@deskpulse/runs/handover";
import { RunService } from "@deskpulse/runs/run-service";
import { startRunWorker } from "@deskpulse/runs/worker/run-worker";
import { keepReport } from "./analytics/keep-report.ts";
import { startRollupTicks } from "./analytics/rollup-ticks.ts";
import type { WorkerConfig } from "./config.ts";
import { startRefoldTicks } from "./ingest/refold-ticks.ts";
import { measureActiveRuns, measureQueues, measureRuns } from "./metrics.ts";
import { createProcessors } from "./processors.ts";
import { startTicks } from "./schedule-ticks.ts";

export interface RunningWorker {
  readonly port: number;
  /** To be stopped in this order. */
  readonly parts: readonly Stoppable[];
}

/** Starts one worker process. Rejects when Postgres stays away or the port is taken. */
export async function runWorker(config: WorkerConfig, log: Logger, version: string): Promise<RunningWorker> {
  const { REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix } = config;
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: config.DATABASE_POOL_MAX,
    applicationName: "deskpulse-worker",
    preparedStatements: config.DATABASE_PREPARED_STATEMENTS,
    ownerUrl: config.DATABASE_OWNER_URL,
  });
  const producer = connectRedis(redisUrl, "producer", log);
  const redis = connectRedis(redisUrl, "worker", log);
  const handover = new Handover(producer, redisPrefix, (error) => log.warn({ err: error }, "BullMQ queue error"));
  const publisher = createPublisher(producer, redisPrefix, (error, hintsLost) =>
    log.debug({ err: error, hintsLost }, "hints were lost; readers repair it"),
  );
  await waitFor("Postgres", () => database.sql`select 1`, config.DATABASE_WAIT_MS, log);
  const defects = await tenancyDefects(database.sql);
  if (defects.length > 0) throw new Error(`the database does not keep tenants apart: ${defects.join("; ")}`);

  const metrics = createMetrics("worker");
  const runs = new RunService({ database, handover, publisher, log });
  const cacheRedis = connectRedis(config.CACHE_REDIS_URL ?? redisUrl, "cache", log);
  const cache = openCache({ redis: cacheRedis, redisPrefix, bytesMax: config.CACHE_BYTES_MAX, metrics });
  const reports = new ReportCache(cache);
  const demand = new Demand(cacheRedis, redisPrefix);
  const worker = await startRunWorker({
    jobs,
    processors: createProcessors({ runs, cache, reports, demand }),
    onCompleted: (run) => keepReport(database, reports, run),
    observer: measureRuns(metrics),
    database,
    redis,
    producer,
    redisPrefix,
    handover,
    publisher,
    concurrency: queueConcurrency,
    version,
    log,
  });
  const subscriber = connectRedis(redisUrl, "subscriber", log);
  const cancellations = subscribe({
    redis: subscriber,
    prefix: redisPrefix,
    channel: "cancellations",
    onEvents: (events) => {
      for (const event of events) if (event.kind === "cancel") worker.onCancelHint(event.runId);
    },
    onResubscribed: () => undefined,
    onError: (error) => log.warn({ err: error }, "could not listen for cancellations"),
  });
  const ticks = startTicks(runs, log);
  const rollups = startRollupTicks(database, log);
  const refold = startRefoldTicks(database, log);

  measurePool(metrics, database.pool);
  measureRedis(metrics, { producer, worker: redis, subscriber, cache: cacheRedis });
  measureActiveRuns(metrics, () => worker.activeRuns());
  measureQueues(metrics, database);
  const health = await startHealthServer(
    {
      metrics,
      checks: {
        postgres: async () => {
          await database.sql`select 1`;
          return "ok";
        },
        redis: async () => (producer.status === "ready" ? "ok" : "degraded"),
      },
    },
    config.HOST,
    config.WORKER_PORT,
  );
  return {
    port: health.port,
    parts: [
      { name: "ticks", stop: () => ticks.stop() },
      { name: "rollups", stop: () => rollups.stop() },
      { name: "refold", stop: () => refold.stop() },
      { name: "runs", stop: () => worker.stop(config.WORKER_DRAIN_MS) },
      { name: "health", stop: () => health.stop() },
      { name: "hints", stop: () => cancellations.stop() },
      { name: "hand-over", stop: () => runs.stop() },
      { name: "cache", stop: async () => void (await Promise.all([cache.stop(), demand.stop()])) },
      { name: "redis", stop: async () => disconnectAll([producer, redis, cacheRedis]) },
      { name: "database", stop: () => database.close() },
    ],
  };
}

function disconnectAll(connections: readonly { disconnect(): void }[]): void {
  for (const connection of connections) connection.disconnect();
}
