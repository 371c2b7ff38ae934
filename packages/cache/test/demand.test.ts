import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Demand } from "../src/demand.ts";
import { type CacheSetting, createCacheSetting } from "./cache-setting.ts";

let setting: CacheSetting;
let demands: Demand[];
beforeEach(async () => {
  setting = await createCacheSetting();
  demands = [new Demand(setting.redis, setting.prefix), new Demand(setting.redis, setting.prefix)];
});
afterEach(async () => {
  for (const demand of demands) await demand.stop();
  await setting.close();
});

const flushAll = async (): Promise<void> => {
  for (const demand of demands) await demand.flush();
};

test("what is asked for most is what plain counting says, over processes, for one tenant and for all", async () => {
  const tenants = [randomUUID(), randomUUID(), randomUUID()];
  const counted = new Map<string, number>();
  for (let step = 0; step < 4_000; step++) {
    const tenantId = tenants[step % 10 < 6 ? 0 : step % 10 < 9 ? 1 : 2] ?? "";
    const request = { groupBy: "day", label: [`label-${Math.floor(Math.sqrt((step * 7_919) % 900))}`] };
    demands[step % 2]?.count(tenantId, "analytics.conversations", request);
    const key = JSON.stringify([tenantId, request.label]);
    counted.set(key, (counted.get(key) ?? 0) + 1);
    if (step % 500 === 0) await flushAll();
  }
  await flushAll();
  for (const tenantId of [...tenants, null]) {
    const most = (await demands[0]?.most(tenantId, 10)) ?? [];
    expect(most).toHaveLength(10);
    const expected = [...counted]
      .filter(([key]) => tenantId === null || key.includes(tenantId))
      .map(([, times]) => times)
      .sort((a, b) => b - a);
    expect(most.map(({ asked }) => asked)).toEqual(expected.slice(0, 10));
    for (const { tenantId: owner, request, asked } of most) {
      if (tenantId !== null) expect(owner).toBe(tenantId);
      expect(counted.get(JSON.stringify([owner, (request as { label: string[] }).label]))).toBe(asked);
    }
  }
});

test("nothing was asked: nothing is demanded", async () => {
  expect(await demands[0]?.most(null, 10)).toEqual([]);
  expect(await demands[0]?.most(randomUUID(), 10)).toEqual([]);
});

test("a tenant that asks ten thousand different things is kept within bounds, and what it asks often is not lost", async () => {
  const tenantId = randomUUID();
  const [demand] = demands;
  for (let nth = 0; nth < 10_000; nth++) {
    demand?.count(tenantId, "analytics.conversations", { nth });
    if (nth % 100 === 0) demand?.count(tenantId, "analytics.conversations", { often: true });
  }
  await flushAll();
  const keys = await setting.redis.keys(`${setting.prefix}:demand:*`);
  for (const key of keys) {
    expect(await setting.redis.zcard(key)).toBeLessThanOrEqual(1_000);
    expect(await setting.redis.ttl(key)).toBeGreaterThan(24 * 3_600);
  }
  expect((await demand?.most(tenantId, 1))?.[0]).toMatchObject({ request: { often: true }, asked: 100 });
});

test("hours that lie a day back do not count", async () => {
  const tenantId = randomUUID();
  const [demand] = demands;
  demand?.count(tenantId, "analytics.conversations", { at: "now" });
  await flushAll();
  const hour = Math.floor(Date.now() / 3_600_000);
  const member = JSON.stringify({ job: "analytics.conversations", request: { at: "then" } });
  await setting.redis.zadd(`${setting.prefix}:demand:of:${tenantId}:${hour - 25}`, 1_000, member);
  await setting.redis.zadd(`${setting.prefix}:demand:of:${tenantId}:${hour - 22}`, 5, member);
  expect((await demand?.most(tenantId, 2))?.map(({ request, asked }) => [request, asked])).toEqual([
    [{ at: "then" }, 5],
    [{ at: "now" }, 1],
  ]);
});
