import { Redis, type RedisOptions } from "ioredis";

/** What a connection is for decides how it behaves while Redis is away. */
export type RedisRole = "producer" | "worker" | "subscriber" | "cache";

const roleOptions: Record<RedisRole, RedisOptions> = {
  // a caller waits: fail at once, Postgres already holds what matters
  producer: { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 2_000 },
  // an answer waits even less; what the cache does not say in time is computed
  cache: { maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 1_000 },
  // BullMQ blocks on it and asks for this
  worker: { maxRetriesPerRequest: null },
  // the subscriber subscribes itself whenever the connection is ready again
  subscriber: { maxRetriesPerRequest: null, autoResubscribe: false },
};

/**
 * A connection for one role. It reconnects for ever, at most a second apart, and logs a failure once per outage;
 * an `error` listener is always there, so that no blink of Redis ends the process.
 */
export function connectRedis(
  url: string,
  role: RedisRole,
  log: { warn(fields: object, message: string): void; info(fields: object, message: string): void },
): Redis {
  const options = {
    ...roleOptions[role],
    replyMapping: "legacy" as const,
    connectTimeout: 2_000,
    retryStrategy: (attempt: number) => Math.min(1_000, 50 * 2 ** Math.min(attempt, 5)),
  } satisfies RedisOptions;
  const redis = new Redis(url, options);
  let away = false;
  redis.on("error", (error: Error) => {
    if (!away) log.warn({ err: error, redisRole: role }, "Redis is away");
    away = true;
  });
  redis.on("ready", () => {
    if (away) log.info({ redisRole: role }, "Redis is back");
    away = false;
  });
  return redis;
}
