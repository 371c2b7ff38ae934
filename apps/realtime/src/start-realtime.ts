import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { tenancyDefects } from "@deskpulse/db/tenancy/check-tenancy";
import { createAuthenticator } from "@deskpulse/identity/verify-credentials";
import type { Stoppable } from "@deskpulse/process/lifecycle";
import type { Logger } from "@deskpulse/process/logger";
import { createMetrics, measurePool, measureRedis } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { waitFor } from "@deskpulse/process/wait-for";
import { authenticateSocket } from "./authenticate-socket.ts";
import type { RealtimeConfig } from "./config.ts";
import { createLiveSource } from "./live-source.ts";
import { createRealtimeMetrics } from "./metrics.ts";
import { createRealtimeServer } from "./realtime-server.ts";
import { createRunSource } from "./run-source.ts";

export interface RunningRealtime {
  readonly port: number;
  /** To be stopped in this order. */
  readonly parts: readonly Stoppable[];
}

/** Starts one realtime process. Rejects when Postgres stays away or the port is taken. */
export async function startRealtime(config: RealtimeConfig, log: Logger): Promise<RunningRealtime> {
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: config.DATABASE_POOL_MAX,
    applicationName: "deskpulse-realtime",
    preparedStatements: config.DATABASE_PREPARED_STATEMENTS,
  });
  const authenticator = createAuthenticator({
    secret: config.JWT_SECRET,
    ...(config.JWT_ISSUER === undefined ? {} : { issuer: config.JWT_ISSUER }),
    ...(config.JWT_AUDIENCE === undefined ? {} : { audience: config.JWT_AUDIENCE }),
    ...(config.JWKS_URL === undefined ? {} : { jwksUrl: config.JWKS_URL }),
    database,
    cacheEntriesMax: 50_000,
    onError: (error) => log.warn({ err: error }, "revocations cannot be read; the known ones hold"),
  });
  await waitFor("Postgres", () => database.sql`select 1`, config.DATABASE_WAIT_MS, log);
  const subscriber = connectRedis(config.REDIS_URL, "subscriber", log);
  const metrics = createMetrics("realtime");
  measurePool(metrics, database.pool);
  measureRedis(metrics, { subscriber });
  const server = await createRealtimeServer({
    listen: { host: config.HOST, port: config.REALTIME_PORT },
    log,
    authenticate: authenticateSocket(authenticator),
    runs: createRunSource(database, {
      redis: subscriber,
      prefix: config.REDIS_PREFIX,
      onError: (error) => log.warn({ err: error }, "a hint could not be taken"),
    }),
    live: createLiveSource(database),
    checks: { postgres: databaseCheck(database, log), redis: async () => (server.isLive() ? "ok" : "degraded") },
    metrics: createRealtimeMetrics(metrics),
    path: config.REALTIME_PATH,
    corsOrigins: config.REALTIME_CORS_ORIGINS,
    pingIntervalMs: config.REALTIME_PING_INTERVAL_MS,
    pingTimeoutMs: config.REALTIME_PING_TIMEOUT_MS,
  });
  return {
    port: server.port,
    parts: [
      { name: "realtime", stop: () => server.stop() },
      { name: "revocations", stop: async () => authenticator.close() },
      { name: "database", stop: () => database.close() },
    ],
  };
}

/** Ready means: Postgres answers, and keeps tenants apart. */
function databaseCheck(database: Database, log: Logger): () => Promise<"ok" | "failed"> {
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
