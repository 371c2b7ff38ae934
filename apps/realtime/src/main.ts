import { connectDatabase } from "@deskpulse/db/connect";
import { tenancyDefects } from "@deskpulse/db/tenancy/check-tenancy";
import { createAuthenticator } from "@deskpulse/identity/verify-credentials";
import { ConfigError } from "@deskpulse/process/config";
import { stopOnSignals } from "@deskpulse/process/lifecycle";
import { createLogger } from "@deskpulse/process/logger";
import { createMetrics } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { waitFor } from "@deskpulse/process/wait-for";
import { authenticateSocket } from "./authenticate-socket.ts";
import { type RealtimeConfig, readRealtimeConfig } from "./config.ts";
import { createRealtimeMetrics } from "./metrics.ts";
import { createRealtimeServer } from "./realtime-server.ts";
import { createRunSource } from "./run-source.ts";

function configOrExit(): RealtimeConfig {
  try {
    return readRealtimeConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = configOrExit();
const log = createLogger("realtime", config.LOG_LEVEL);
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

let tenancyProven = false;
async function checkDatabase(): Promise<"ok" | "failed"> {
  if (tenancyProven) {
    await database.sql`select 1`;
    return "ok";
  }
  const defects = await tenancyDefects(database.sql);
  if (defects.length > 0) log.error({ defects }, "the database does not keep tenants apart");
  tenancyProven = defects.length === 0;
  return tenancyProven ? "ok" : "failed";
}

try {
  await waitFor("Postgres", () => database.sql`select 1`, config.DATABASE_WAIT_MS, log);
  const server = await createRealtimeServer({
    listen: { host: config.HOST, port: config.REALTIME_PORT },
    log,
    authenticate: authenticateSocket(authenticator),
    runs: createRunSource(database, {
      redis: connectRedis(config.REDIS_URL, "subscriber", log),
      prefix: config.REDIS_PREFIX,
      onError: (error) => log.warn({ err: error }, "a hint could not be taken"),
    }),
    checks: { postgres: checkDatabase, redis: async () => (server.isLive() ? "ok" : "degraded") },
    metrics: createRealtimeMetrics(createMetrics("realtime")),
    path: config.REALTIME_PATH,
    corsOrigins: config.REALTIME_CORS_ORIGINS,
    pingIntervalMs: config.REALTIME_PING_INTERVAL_MS,
    pingTimeoutMs: config.REALTIME_PING_TIMEOUT_MS,
  });
  const parts = [
    { name: "realtime", stop: () => server.stop() },
    { name: "revocations", stop: async () => authenticator.close() },
    { name: "database", stop: () => database.close() },
  ];
  stopOnSignals(parts, config.SHUTDOWN_LIMIT_MS, log);
  log.info({ host: config.HOST, port: server.port, path: config.REALTIME_PATH }, "listening");
} catch (error) {
  log.fatal({ err: error }, "could not start");
  process.exit(1);
}
