import { Cache } from "@deskpulse/cache/cache";
import { jobs } from "@deskpulse/jobs/catalog";
import { connectRedis } from "@deskpulse/process/redis";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix, type RedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { testServers } from "@deskpulse/testkit/servers";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ApiFixture, startApiFixture } from "../api-fixture.ts";
import { startTcpProxy, type TcpProxy } from "../tcp-proxy.ts";
import { looks, reportPath, storeReport } from "./report-runs.ts";

/** A look may delay an answer by 50 ms; the rest is for a busy machine, and far below the 400 ms of the slow Redis. */
const lookMsMax = 200;
const query = "from=2026-01-01&to=2026-02-01&maxAge=3600";
let proxy: TcpProxy;
let api: ApiFixture;
let right = "";
let promptMs = 0;

const read = () => api.send("GET", `${reportPath}?${query}`, "supervisor");
async function timed(times: number): Promise<number> {
  const taken: number[] = [];
  for (let nth = 0; nth < times; nth++) {
    const startedAt = performance.now();
    const response = await read();
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(right);
    taken.push(performance.now() - startedAt);
  }
  return taken.sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
}

beforeAll(async () => {
  proxy = await startTcpProxy(testServers().redisUrl);
  api = await startApiFixture({ jobs, variables: { CACHE_REDIS_URL: proxy.through(testServers().redisUrl) } });
  await storeReport(api, query, "slow");
  right = await (await read()).text();
  await eventually(async () => {
    await read();
    expect((await looks(api)).hits).toBeGreaterThan(0);
  });
  promptMs = await timed(20);
});
afterAll(async () => {
  await api.stop();
  await proxy.stop();
});

describe("while the cache's Redis is", () => {
  test("slow, answers are right and at most 50 ms later, and soon not later at all", async () => {
    proxy.slow(400);
    const before = await looks(api);
    expect(await timed(3)).toBeLessThan(promptMs + lookMsMax);
    expect(await timed(30)).toBeLessThan(promptMs + 45);
    const after = await looks(api);
    expect(after).toMatchObject({ hits: before.hits, misses: before.misses });
    expect(after.errors).toBe(before.errors + 33);
    await proxy.mend();
  });

  test("away, answers are right and not later", async () => {
    await proxy.cut();
    const before = await looks(api);
    expect(await timed(30)).toBeLessThan(promptMs + 45);
    expect((await looks(api)).errors).toBe(before.errors + 30);
    await proxy.mend();
  });

  test("back, answers come from it again", async () => {
    const before = await looks(api);
    await eventually(
      async () => {
        await read();
        expect((await looks(api)).hits).toBeGreaterThan(before.hits);
      },
      { timeoutMs: 10_000 },
    );
  });
});

describe("a look into a cache that hangs", () => {
  let corner: RedisPrefix;
  beforeAll(() => {
    corner = createRedisPrefix();
  });
  afterAll(() => corner.clear());

  test("ends soon, keeping a value never rejects, and values come back when Redis does", async () => {
    const redis = connectRedis(proxy.through(corner.url), "cache", { info: () => undefined, warn: () => undefined });
    const outcomes: string[] = [];
    const cache = new Cache({
      redis,
      redisPrefix: corner.prefix,
      namespaces: { reports: { version: 1, ttlSecondsMax: 60 } },
      bytesMax: 1_000_000,
      onOutcome: (outcome) => outcomes.push(outcome),
    });
    const place = { namespace: "reports", tenantId: null, key: "a" } as const;
    await eventually(() => expect(redis.status).toBe("ready"));
    await cache.set(place, { text: "there", madeAtMs: Date.now() });
    proxy.stall();
    const taken: number[] = [];
    for (let nth = 0; nth < 3; nth++) {
      const startedAt = performance.now();
      expect(await cache.get(place)).toBeNull();
      taken.push(performance.now() - startedAt);
    }
    expect(Math.min(...taken)).toBeGreaterThan(20);
    expect(Math.min(...taken)).toBeLessThanOrEqual(lookMsMax);
    expect(await cache.set(place, { text: "lost", madeAtMs: Date.now() })).toBeNull();
    expect(outcomes).toEqual(["errors", "errors", "errors"]);
    await proxy.mend();
    await eventually(async () => expect(await cache.get(place)).not.toBeNull(), { timeoutMs: 10_000 });
    await cache.stop();
    redis.disconnect();
  });
});
