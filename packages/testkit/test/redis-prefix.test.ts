import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { createRedisPrefix } from "../src/redis-prefix.ts";

test("clear removes the prefix's keys and no others", async () => {
  const mine = createRedisPrefix();
  const other = createRedisPrefix();
  const redis = new Redis(mine.url);
  try {
    await redis.mset(`${mine.prefix}:a`, "1", `${mine.prefix}:b`, "1", `${other.prefix}:a`, "1");
    await mine.clear();
    expect(await redis.exists(`${mine.prefix}:a`, `${mine.prefix}:b`)).toBe(0);
    expect(await redis.exists(`${other.prefix}:a`)).toBe(1);
    await other.clear();
  } finally {
    redis.disconnect();
  }
});
