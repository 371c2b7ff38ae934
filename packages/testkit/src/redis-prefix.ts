import { randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { testServers } from "./servers.ts";

/** A corner of the tests' Redis that no other test file touches. */
export interface RedisPrefix {
  url: string;
  /** Put it before every key and channel; also fit for BullMQ's `prefix`. */
  prefix: string;
  /** Removes every key below the prefix. */
  clear(): Promise<void>;
}

/** A fresh prefix on the tests' Redis. */
export function createRedisPrefix(): RedisPrefix {
  const url = testServers().redisUrl;
  const prefix = `test-${process.pid}-${randomBytes(5).toString("hex")}`;
  return { url, prefix, clear: () => removeKeys(url, prefix) };
}

async function removeKeys(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  try {
    for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1_000 })) {
      if (keys.length > 0) await redis.unlink(...keys);
    }
  } finally {
    redis.disconnect();
  }
}
