import { Demand } from "@deskpulse/cache/demand";
import { openCache } from "@deskpulse/cache/open-cache";
import { ReportCache } from "@deskpulse/cache/report-cache";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { DatabasePresence } from "@deskpulse/db/presence";
import { tenancyDefects } from "@deskpulse/db/tenancy/check-tenancy";
import { SecretBox } from "@deskpulse/identity/secret-box";
import { createAuthenticator } from "@deskpulse/identity/verify-credentials";
import type { JobCatalog } from "@deskpulse/jobs/define-job";
import { queueNames } from "@deskpulse/jobs/queues";
import { listen } from "@deskpulse/process/health-server";
import type { Stoppable } from "@deskpulse/process/lifecycle";
import type { Logger } from "@deskpulse/process/logger";
import { createMetrics, measurePool, measureRedis } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { waitFor } from "@deskpulse/process/wait-for";
import { createPublisher } from "@deskpulse/push/publisher";
import { subscribe } from "@deskpulse/push/subscriber";
import { Handover } from "@deskpulse/runs/handover";
import { RunService } from "@deskpulse/runs/run-service";
import { cancelRun, pauseQueue, resumeQueue, retryRun, runNow } from "@deskpulse/runs/steer-run";
import { Histogram } from "prom-client";
import { LiveSnapshots } from "./analytics/live-snapshots.ts";
import { createApp } from "./app.ts";
import type { ApiConfig } from "./config.ts";
import { answerClientError } from "./http/answer-client-error.ts";
import { RateLimiter } from "./http/rate-limit.ts";
import { RateLimitWindows } from "./http/rate-limit-windows.ts";
import { RawBodyPlaces } from "./http/raw-body-places.ts";
import { SignInThrottle } from "./identity/sign-in-throttle.ts";
import { RunWaiters } from "./jobs/run-waiters.ts";
import { CacheSnapshots } from "./performance/cache-snapshots.ts";
import { createDailyCalls } from "./tenants/daily-calls.ts";
import { KnownTenants } from "./tenants/known-tenants.ts";

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
  const cacheRedis = connectRedis(config.CACHE_REDIS_URL ?? config.REDIS_URL, "cache", log);
  const publisher = createPublisher(producer, config.REDIS_PREFIX, (error, hintsLost) =>
    log.debug({ err: error, hintsLost }, "hints were lost; readers repair it"),
  );
  const runs = new RunService({ database, handover, publisher, log });
  const waiters = new RunWaiters(database, (error) =>
    log.warn({ err: error }, "could not read runs that are waited for"),
  );
  const subscriberRedis = connectRedis(config.REDIS_URL, "subscriber", log);
  const subscriber = subscribe({
    redis: subscriberRedis,
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
  const authenticator = createAuthenticator({
    ...tokenKey,
    ...(config.JWKS_URL === undefined ? {} : { jwksUrl: config.JWKS_URL }),
    database,
    onError: (error) => log.warn({ err: error }, "revocations cannot be read; the known ones hold"),
  });
  const limitWindows = new RateLimitWindows(producer, config.REDIS_PREFIX);
  const signIns = new SignInThrottle(limitWindows, {
    windowSeconds: config.SIGN_IN_WINDOW_SECONDS,
    perAccount: config.SIGN_IN_FAILURES_PER_ACCOUNT,
    perAddress: config.SIGN_IN_FAILURES_PER_ADDRESS,
  });
  const limits = {
    windowSeconds: config.RATE_LIMIT_WINDOW_SECONDS,
    perTenant: config.RATE_LIMIT_PER_TENANT,
    perCaller: config.RATE_LIMIT_PER_CALLER,
    perAddress: config.RATE_LIMIT_PER_ADDRESS,
  };
  const metrics = createMetrics("api");
  measurePool(metrics, database.pool);
  measureRedis(metrics, { producer, subscriber: subscriberRedis, cache: cacheRedis });
  const cache = openCache({
    redis: cacheRedis,
    redisPrefix: config.REDIS_PREFIX,
    bytesMax: config.CACHE_BYTES_MAX,
    metrics,
  });
  const demand = new Demand(cacheRedis, config.REDIS_PREFIX);
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
      cacheFigures: new CacheSnapshots(cache),
      live: new LiveSnapshots(database),
      reports: new ReportCache(cache),
      demand,
      tenants: new KnownTenants(database),
      jobs: new Map(Object.values(jobs).map((definition) => [definition.name, definition])),
      tokenKey,
      authenticator,
      secrets: config.SECRETS_KEY === undefined ? null : new SecretBox(config.SECRETS_KEY),
      signIns,
      limiter: new RateLimiter(limitWindows, limits, createDailyCalls(database)),
      rawBodies: new RawBodyPlaces(),
    },
    presence,
    log,
    durations,
    bodyBytesMax: config.BODY_BYTES_MAX,
    trustedProxies: config.TRUSTED_PROXIES,
    health: {
      metrics,
      checks: {
        postgres: tenancyCheck(database, log),
        redis: async () => (producer.status === "ready" ? "ok" : "degraded"),
      },
    },
    loadDocsPage: async () => (await import("./docs/docs-page.ts")).createDocsPage(),
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
        signIns,
        log,
      });
    },
  });
  const server = await listen(app, config.HOST, config.API_PORT, answerClientError);
  return {
    port: server.port,
    parts: [
      { name: "waiting requests", stop: async () => waiters.stop() },
      { name: "http", stop: () => server.stop() },
      { name: "runs", stop: () => runs.stop() },
      { name: "hints", stop: () => subscriber.stop() },
      { name: "presence", stop: () => presence.stop() },
      { name: "limits", stop: () => limitWindows.stop() },
      { name: "revocations", stop: async () => authenticator.close() },
      { name: "cache", stop: async () => void (await Promise.all([cache.stop(), demand.stop()])) },
      {
        name: "redis",
        stop: async () => {
          producer.disconnect();
          cacheRedis.disconnect();
        },
      },
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
