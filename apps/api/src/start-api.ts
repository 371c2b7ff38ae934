import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { DatabasePresence } from "@deskpulse/db/presence";
import { tenancyDefects } from "@deskpulse/db/tenancy/check-tenancy";
import { createAuthenticator } from "@deskpulse/identity/verify-credentials";
import type { JobCatalog } from "@deskpulse/jobs/define-job";
import { queueNames } from "@deskpulse/jobs/queues";
import { listen } from "@deskpulse/process/health-server";
import type { Stoppable } from "@deskpulse/process/lifecycle";
import type { Logger } from "@deskpulse/process/logger";
import { createMetrics } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { waitFor } from "@deskpulse/process/wait-for";
import { createPublisher } from "@deskpulse/push/publisher";
import { subscribe } from "@deskpulse/push/subscriber";
import { Handover } from "@deskpulse/runs/handover";
import { RunService } from "@deskpulse/runs/run-service";
import { cancelRun, pauseQueue, resumeQueue, retryRun, runNow } from "@deskpulse/runs/steer-run";
import { Histogram } from "prom-client";
import { createApp } from "./app.ts";
import type { ApiConfig } from "./config.ts";
import { RunWaiters } from "./jobs/run-waiters.ts";

export interface RunningApi {
  readonly port: number;
  /** To be stopped in this order. */
  readonly parts: readonly Stoppable[];
}

/** Starts one API process over the given jobs. Rejects when Postgres stays away or the port is taken. */
export async function startApi(config: ApiConfig, jobs: JobCatalog, log: Logger): Promise<RunningApi> {
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: config.DATABASE_POOL_MAX,
    applicationName: "deskpulse-api",
    preparedStatements: config.DATABASE_PREPARED_STATEMENTS,
  });
  const producer = connectRedis(config.REDIS_URL, "producer", log);
  const handover = new Handover(producer, config.REDIS_PREFIX, (error) =>
    log.warn({ err: error }, "BullMQ queue error"),
  );
  const publisher = createPublisher(producer, config.REDIS_PREFIX, (error, hintsLost) =>
    log.debug({ err: error, hintsLost }, "hints were lost; readers repair it"),
  );
  const runs = new RunService({ database, handover, publisher, log });
  const waiters = new RunWaiters(database, (error) =>
    log.warn({ err: error }, "could not read runs that are waited for"),
  );
  const subscriber = subscribe({
    redis: connectRedis(config.REDIS_URL, "subscriber", log),
    prefix: config.REDIS_PREFIX,
    channel: "runs",
    onEvents: (events) => waiters.onHints(events),
    onResubscribed: () => undefined,
    onError: (error) => log.warn({ err: error }, "could not listen for hints"),
  });
  const tokenKey = {
    secret: config.JWT_SECRET,
    ...(config.JWT_ISSUER === undefined ? {} : { issuer: config.JWT_ISSUER }),
    ...(config.JWT_AUDIENCE === undefined ? {} : { audience: config.JWT_AUDIENCE }),
  };
  const authenticator = createAuthenticator({ ...tokenKey, database });
  const metrics = createMetrics("api");
  const durations = new Histogram({
    name: "deskpulse_request_duration_seconds",
    help: "From the first byte read to the answer handed over",
    labelNames: ["route", "status"],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [metrics],
  });
  const presence = new DatabasePresence(config.DATABASE_URL, () => database.renew());

  await waitFor("Postgres", () => database.sql`select 1`, config.DATABASE_WAIT_MS, log);
  presence.start();
  const app = createApp({
    parts: {
      database,
      runs,
      waiters,
      jobs: new Map(Object.values(jobs).map((definition) => [definition.name, definition])),
      tokenKey,
    },
    authenticator,
    presence,
    log,
    durations,
    bodyBytesMax: config.BODY_BYTES_MAX,
    health: {
      metrics,
      checks: {
        postgres: tenancyCheck(database, log),
        redis: async () => (producer.status === "ready" ? "ok" : "degraded"),
      },
    },
    loadDesk: async () => {
      const { createOperatorDesk } = await import("./operator/operator-desk.ts");
      return createOperatorDesk({
        database,
        runs: {
          retryRun: (runId, actor) => retryRun(runs, runId, actor),
          cancelRun: (runId, actor) => cancelRun(runs, runId, actor),
          runNow: (runId, actor) => runNow(runs, runId, actor),
          pauseQueue: (queue, actor) => pauseQueue(runs, queue, actor),
          resumeQueue: (queue, actor) => resumeQueue(runs, queue, actor),
        },
        queues: queueNames.map((name) => handover.queue(name)),
        isRedisReady: () => producer.status === "ready",
        allowedOrigins: config.BOARD_ORIGINS,
        secureCookie: config.BOARD_SECURE_COOKIE,
        log,
      });
    },
  });
  const server = await listen(app, config.HOST, config.API_PORT);
  return {
    port: server.port,
    parts: [
      { name: "waiting requests", stop: async () => waiters.stop() },
      { name: "http", stop: () => server.stop() },
      { name: "runs", stop: () => runs.stop() },
      { name: "hints", stop: () => subscriber.stop() },
      { name: "presence", stop: () => presence.stop() },
      { name: "redis", stop: async () => producer.disconnect() },
      { name: "database", stop: () => database.close() },
    ],
  };
}

/** Ready means: Postgres answers, and keeps tenants apart. */
function tenancyCheck(database: Database, log: Logger): () => Promise<"ok" | "failed"> {
  let proven = false;
  return async () => {
    if (proven) {
      await database.sql`select 1`;
      return "ok";
    }
    const defects = await tenancyDefects(database.sql);
    if (defects.length > 0) log.error({ defects }, "the database does not keep tenants apart");
    proven = defects.length === 0;
    return proven ? "ok" : "failed";
  };
}
