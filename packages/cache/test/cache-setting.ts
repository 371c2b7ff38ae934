import { randomUUID } from "node:crypto";
import { connectRedis } from "@deskpulse/process/redis";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { Cache, type CacheOptions } from "../src/cache.ts";

const quiet = { info: () => undefined, warn: () => undefined };

export const namespaces = {
  reports: { version: 1, ttlSecondsMax: 600 },
  lists: { version: 7, ttlSecondsMax: 60 },
} as const;
type Namespace = keyof typeof namespaces;

/** A corner of Redis with the caches that a test opens over it, each as another process would. */
export async function createCacheSetting() {
  const corner = createRedisPrefix();
  const redis = connectRedis(corner.url, "cache", quiet);
  const closing: (() => Promise<void>)[] = [];
  await ready(redis);
  return {
    prefix: corner.prefix,
    base: `${corner.prefix}:cache:`,
    redis,
    tenantId: randomUUID(),
    async open(options: Partial<CacheOptions<Namespace>> = {}): Promise<Cache<Namespace>> {
      const own = connectRedis(corner.url, "cache", quiet);
      await ready(own);
      const cache = new Cache({ redis: own, redisPrefix: corner.prefix, namespaces, bytesMax: 4_000_000, ...options });
      closing.push(async () => {
        await cache.stop();
        own.disconnect();
      });
      return cache;
    },
    /** Every key of this corner with what `DUMP` says of it. */
    async dump(belongs: (key: string) => boolean): Promise<Map<string, string>> {
      const keys = (await redis.keys(`${corner.prefix}*`)).filter(belongs).sort();
      const dumped = await Promise.all(keys.map((key) => redis.dumpBuffer(key)));
      return new Map(keys.map((key, at) => [key, dumped[at]?.toString("hex") ?? ""]));
    },
    /** Keys of values, without books and counts. */
    async valueKeys(): Promise<string[]> {
      const base = `${corner.prefix}:cache:`;
      return (await redis.keys(`${base}*`)).filter((key) => !key.startsWith(`${base}#`)).sort();
    },
    async close(): Promise<void> {
      for (const close of closing) await close();
      await corner.clear();
      redis.disconnect();
    },
  };
}
export type CacheSetting = Awaited<ReturnType<typeof createCacheSetting>>;

const ready = (redis: { readonly status: string }): Promise<void> =>
  eventually(() => {
    if (redis.status !== "ready") throw new Error("Redis is not ready");
  });
