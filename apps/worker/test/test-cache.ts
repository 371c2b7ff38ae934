import { openCache } from "@deskpulse/cache/open-cache";
import { createLogger } from "@deskpulse/process/logger";
import { createMetrics } from "@deskpulse/process/metrics";
import { connectRedis } from "@deskpulse/process/redis";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";

/** A cache of a test's own. */
export function openTestCache() {
  const redis = createRedisPrefix();
  const connection = connectRedis(redis.url, "cache", createLogger("test", "silent"));
  const cache = openCache({
    redis: connection,
    redisPrefix: redis.prefix,
    bytesMax: 10_000_000,
    metrics: createMetrics("test"),
  });
  return {
    cache,
    async stop(): Promise<void> {
      await cache.stop();
      await redis.clear();
      connection.disconnect();
    },
  };
}
