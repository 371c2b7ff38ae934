import { randomUUID } from "node:crypto";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readCacheFigures } from "../src/cache-figures.ts";
import { type CacheSetting, createCacheSetting } from "./cache-setting.ts";

let setting: CacheSetting;
beforeEach(async () => {
  setting = await createCacheSetting();
});
afterEach(() => setting.close());

test("hits and misses are those that callers got, over all processes, by namespace and tenant", async () => {
  const caches = [await setting.open(), await setting.open(), await setting.open()];
  const [reader] = caches;
  if (reader === undefined) throw new Error("no cache");
  const tenants = [setting.tenantId, randomUUID()];
  const got = new Map<string, { hits: number; misses: number }>();
  const names = ["reports", "lists"] as const;
  for (let step = 0; step < 300; step++) {
    const cache = caches[step % 3] ?? reader;
    const tenantId = tenants[step % 7 === 0 ? 1 : 0] ?? "";
    const namespace = names[step % 5 === 0 ? 1 : 0] ?? "reports";
    const place = { namespace, tenantId, key: `k${step % 20}` };
    if (step % 4 === 0) await cache.set(place, { text: "x", madeAtMs: Date.now() });
    else {
      const seen = got.get(`${namespace}/${tenantId}`) ?? { hits: 0, misses: 0 };
      seen[(await cache.get(place)) === null ? "misses" : "hits"] += 1;
      got.set(`${namespace}/${tenantId}`, seen);
    }
  }
  for (const cache of caches) await cache.flush();
  const keys = (await setting.valueKeys()).map((key) => key.slice(setting.base.length).split(":"));
  for (const tenantId of [...tenants, null]) {
    const figures = await readCacheFigures(reader, tenantId, 60);
    for (const namespace of names) {
      const mine = [...got].filter(([name]) => name.startsWith(namespace) && name.endsWith(tenantId ?? ""));
      const hits = mine.reduce((sum, [, seen]) => sum + seen.hits, 0);
      const misses = mine.reduce((sum, [, seen]) => sum + seen.misses, 0);
      const held = keys.filter(([name, , owner]) => name === namespace && (tenantId === null || owner === tenantId));
      expect(figures.namespaces.find((row) => row.namespace === namespace)).toMatchObject({
        hits,
        misses,
        errors: 0,
        hitRate: hits / (hits + misses),
        keys: held.length,
      });
    }
    expect(figures.ttlCoverage.share).toBe(1);
  }
});

test("evictions and expiries are counted, and bytes follow what is held", async () => {
  const cache = await setting.open({ bytesMax: 50_000 });
  const text = "x".repeat(1_500);
  for (let nth = 0; nth < 60; nth++) {
    await cache.set({ namespace: "reports", tenantId: null, key: `${nth}` }, { text, madeAtMs: Date.now() }, 4);
  }
  const held = (await setting.valueKeys()).length;
  const [figures] = (await readCacheFigures(cache, null, 60)).namespaces;
  expect(figures).toMatchObject({ keys: held, evictions: 60 - held, expiries: 0 });
  expect(figures?.bytes).toBeGreaterThan(held * 1_500);
  expect(figures?.bytes).toBeLessThanOrEqual(50_000);
  await eventually(async () => expect(await setting.valueKeys()).toEqual([]), { timeoutMs: 10_000 });
  const after = await readCacheFigures(cache, null, 60);
  expect(after.namespaces[0]).toMatchObject({ keys: 0, bytes: 0, evictions: 60 - held, expiries: held });
  expect(after).toMatchObject({ usedBytes: 0, ttlCoverage: { share: null, keysSampled: 0 } });
});

test("the coverage of ends sees keys without one, also such as the books do not know", async () => {
  const cache = await setting.open();
  for (const key of ["a", "b", "c"]) {
    await cache.set({ namespace: "reports", tenantId: null, key }, { text: "x", madeAtMs: Date.now() });
  }
  await setting.redis.persist(`${setting.base}reports:1:platform:a`);
  expect((await readCacheFigures(cache, null, 60)).ttlCoverage).toEqual({ share: 2 / 3, keysSampled: 3 });
});
