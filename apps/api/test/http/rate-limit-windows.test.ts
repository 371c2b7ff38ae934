import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { RateLimitWindows } from "../../src/http/rate-limit-windows.ts";

test("of strangers counted while Redis was away, no more are remembered for it than are kept at all", async () => {
  const { url, prefix, clear } = createRedisPrefix();
  const redis = new Redis(url, { lazyConnect: true });
  const windows = new RateLimitWindows(redis, prefix, 3);
  for (let n = 0; n < 10; n++) windows.count(windows.window(`address ${n}`, 3_600, Date.now()));
  await redis.connect();
  await windows.stop();
  const keys = await redis.keys(`${prefix}:limits:*`);
  expect(keys.map((key) => key.slice(-9)).sort()).toEqual(["address 7", "address 8", "address 9"]);
  await clear();
  redis.disconnect();
});
