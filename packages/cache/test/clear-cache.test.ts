import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Cache } from "../src/cache.ts";
import { clearCache } from "../src/clear-cache.ts";
import { type CacheSetting, createCacheSetting, namespaces } from "./cache-setting.ts";

type Namespace = keyof typeof namespaces;
let setting: CacheSetting;
let cache: Cache<Namespace>;
beforeEach(async () => {
  setting = await createCacheSetting();
  cache = await setting.open();
});
afterEach(() => setting.close());

const clear = (request: Partial<Parameters<typeof clearCache<Namespace>>[1]> = {}) =>
  clearCache(cache, {
    tenantId: null,
    scope: "expired-and-stale",
    signal: new AbortController().signal,
    ...request,
  });
const keep = (key: string, tenantId: string | null = setting.tenantId, namespace: Namespace = "reports", ttl = 600) =>
  cache.set({ namespace, tenantId, key }, { text: `value of ${key}`, madeAtMs: Date.now() }, ttl);

describe("clearing", () => {
  test("removes what is of another version, has no end or stands in no book, and keeps what can still answer", async () => {
    await keep("good");
    const older = await setting.open({ namespaces: { ...namespaces, reports: { version: 0, ttlSecondsMax: 600 } } });
    await older.set(
      { namespace: "reports", tenantId: setting.tenantId, key: "stale" },
      { text: "", madeAtMs: Date.now() },
    );
    const { base, tenantId, redis } = setting;
    await keep("endless");
    await redis.persist(`${base}reports:1:${tenantId}:endless`);
    await redis.set(`${base}reports:1:${tenantId}:unbooked`, "p0000000000000001x", "EX", 60);
    await redis.set(`${base}gone-namespace:1:${tenantId}:x`, "x", "EX", 60);
    await redis.set(`${base}garbage`, "x", "EX", 60);
    const freedKeys = (await setting.valueKeys()).filter((key) => !key.endsWith(":good"));
    const sizes = await Promise.all(freedKeys.map((key) => redis.memory("USAGE", key)));

    const cleared = await clear();
    expect(await setting.valueKeys()).toEqual([`${base}reports:1:${tenantId}:good`]);
    expect(cleared).toMatchObject({
      keysFreed: 5,
      bytesFreed: sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0),
      freed: { stale: 3, withoutTtl: 1, unbooked: 1, current: 0 },
    });
    expect(await redis.hkeys(`${base}#sizes`)).toEqual([`reports:1:${tenantId}:good`]);
    expect((await clear()).keysFreed).toBe(0);
  });

  test("takes what vanished behind the books out of them", async () => {
    for (const key of ["a", "b", "c"]) await keep(key);
    await setting.redis.unlink(`${setting.base}reports:1:${setting.tenantId}:b`);
    expect((await clear()).bookEntriesFreed).toBe(1);
    expect(await setting.redis.zcard(`${setting.base}#used`)).toBe(2);
    expect(await setting.redis.hget(`${setting.base}#totals`, "keys|")).toBe("2");
  });

  test("with scope all removes every value of the tenant and the namespace that it names, and no other's", async () => {
    const other = randomUUID();
    await keep("a");
    await keep("b", setting.tenantId, "lists");
    await keep("a", other);
    await keep("a", null);
    const left = async (): Promise<string[]> =>
      (await setting.valueKeys()).map((key) => key.slice(setting.base.length));
    expect((await clear({ scope: "all", tenantId: setting.tenantId, namespace: "reports" })).keysFreed).toBe(1);
    expect(await left()).toEqual(
      [`lists:7:${setting.tenantId}:b`, `reports:1:${other}:a`, "reports:1:platform:a"].sort(),
    );
    expect((await clear({ scope: "all", tenantId: setting.tenantId })).keysFreed).toBe(1);
    expect(await left()).toEqual([`reports:1:${other}:a`, "reports:1:platform:a"].sort());
    expect((await clear({ scope: "all" })).keysFreed).toBe(2);
    expect(await setting.redis.zcard(`${setting.base}#used`)).toBe(0);
  });

  test("touches no key that is not the cache's, however it is named and whatever else it lacks", async () => {
    const { prefix, redis } = setting;
    await redis.set(`${prefix}:bull:analytics:meta`, "x");
    await redis.hset(`${prefix}:bull:analytics:1`, { data: "{}" });
    await redis.zadd(`${prefix}:bull:analytics:delayed`, 1, "1");
    await redis.set(`${prefix}:cache`, "no end");
    await redis.set(`${prefix}:cached:reports:0:${setting.tenantId}:x`, "no end");
    await redis.set(`${prefix}:demand:tenants:1`, "no end");
    await redis.set(`${prefix}-x:cache:reports:0:${setting.tenantId}:x`, "of a platform whose prefix begins alike");
    for (let nth = 0; nth < 2_000; nth++) await keep(`${nth}`);
    const others = (key: string): boolean => !key.startsWith(setting.base);
    const before = await setting.dump(others);
    expect(before.size).toBe(7);
    expect((await clear({ scope: "all" })).keysFreed).toBe(2_000);
    expect(await setting.dump(others)).toEqual(before);
    expect(await setting.valueKeys()).toEqual([]);
  });

  test("ends with its signal", async () => {
    await keep("a");
    await expect(clear({ scope: "all", signal: AbortSignal.abort(new Error("cancelled")) })).rejects.toThrow(
      "cancelled",
    );
    expect(await setting.valueKeys()).toHaveLength(1);
  });
});
