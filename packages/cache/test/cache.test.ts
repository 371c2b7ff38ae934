import { randomBytes, randomUUID } from "node:crypto";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type CacheSetting, createCacheSetting } from "./cache-setting.ts";

let setting: CacheSetting;
beforeEach(async () => {
  setting = await createCacheSetting();
});
afterEach(() => setting.close());

const place = (key: string, tenantId: string | null = setting.tenantId) =>
  ({ namespace: "reports", tenantId, key }) as const;
const value = (text: string, madeAtMs = Date.now()) => ({ text, madeAtMs });

describe("what is kept", () => {
  test.each([
    ["empty", ""],
    ["short", "with ünïcode"],
    ["long and repetitive", '{"figure":12345,"name":"ありがとう"},'.repeat(5_000)],
    ["long and random", randomBytes(300_000).toString("base64")],
  ])("comes back as it was, to every process: %s", async (_, text) => {
    const [one, other] = [await setting.open(), await setting.open()];
    const madeAtMs = Date.now() - 1_234;
    expect(await one.set(place("a"), { text, madeAtMs })).toBeGreaterThan(0);
    expect(await other.get(place("a"))).toEqual({ text, madeAtMs });
  });

  test("takes less room than it is long when it repeats itself", async () => {
    const cache = await setting.open();
    expect(await cache.set(place("a"), value("a figure and another, ".repeat(10_000)))).toBeLessThan(20_000);
  });

  test("is seen by its tenant alone, and under its key, namespace and version alone", async () => {
    const cache = await setting.open();
    await cache.set(place("a"), value("mine"));
    expect(await cache.get(place("b"))).toBeNull();
    expect(await cache.get(place("a", randomUUID()))).toBeNull();
    expect(await cache.get(place("a", null))).toBeNull();
    expect(await cache.get({ namespace: "lists", tenantId: setting.tenantId, key: "a" })).toBeNull();
    const newer = await setting.open({
      namespaces: { reports: { version: 2, ttlSecondsMax: 600 }, lists: { version: 7, ttlSecondsMax: 60 } },
    });
    expect(await newer.get(place("a"))).toBeNull();
    expect((await cache.get(place("a")))?.text).toBe("mine");
  });

  test("is not given to who wants something younger", async () => {
    const cache = await setting.open();
    await cache.set(place("a"), value("old", Date.now() - 5_000));
    expect(await cache.get(place("a"), Date.now() - 4_000)).toBeNull();
    expect((await cache.get(place("a"), Date.now() - 6_000))?.text).toBe("old");
  });

  test("is never replaced by something older, whoever writes last", async () => {
    const cache = await setting.open();
    const now = Date.now();
    await cache.set(place("a"), value("second", now - 1_000));
    expect(await cache.set(place("a"), value("first", now - 2_000))).toBeNull();
    expect((await cache.get(place("a")))?.text).toBe("second");
    await cache.set(place("a"), value("third", now));
    expect((await cache.get(place("a")))?.text).toBe("third");
  });

  test("ends when it is as old as asked, the namespace's longest at most, and not before", async () => {
    const cache = await setting.open();
    await cache.set(place("long"), value("x", Date.now() - 100_000));
    await cache.set(place("short"), value("x", Date.now() - 3_000), 10);
    expect(await cache.set(place("over"), value("x", Date.now() - 601_000))).toBeNull();
    const ttlOf = (key: string) => setting.redis.pttl(`${setting.base}reports:1:${setting.tenantId}:${key}`);
    expect(await ttlOf("long")).toBeGreaterThan(495_000);
    expect(await ttlOf("long")).toBeLessThanOrEqual(500_000);
    expect(await ttlOf("short")).toBeLessThanOrEqual(7_000);
    expect(await ttlOf("over")).toBe(-2);
  });

  test("that cannot be read is a miss, not a failure", async () => {
    const cache = await setting.open();
    await cache.set(place("a"), value("fine"));
    await setting.redis.set(
      `${setting.base}reports:1:${setting.tenantId}:a`,
      "d0000000000000001not deflated",
      "EX",
      60,
    );
    expect(await cache.get(place("a"))).toBeNull();
  });
});

test("equal looks at the same time ask Redis once", async () => {
  const cache = await setting.open();
  await cache.set(place("a"), value("once"));
  const callsOfGet = async (): Promise<number> =>
    Number(/cmdstat_get:calls=(\d+)/.exec(await setting.redis.info("commandstats"))?.[1] ?? 0);
  const before = await callsOfGet();
  const answers = await Promise.all(Array.from({ length: 500 }, () => cache.get(place("a"))));
  expect(new Set(answers.map((answer) => answer?.text))).toEqual(new Set(["once"]));
  // other tests may use the same server meanwhile, but hardly 400 times
  expect((await callsOfGet()) - before).toBeLessThan(100);
});

describe("the budget", () => {
  test("holds under 10,000 values from two processes, by Redis' own account; every key has an end", async () => {
    const bytesMax = 1_000_000;
    const caches = [await setting.open({ bytesMax }), await setting.open({ bytesMax })] as const;
    const sizes = [10, 200, 1_500, 1_900];
    let high = 0;
    for (let at = 0; at < 10_000; at += 8) {
      await Promise.all(
        Array.from({ length: 8 }, (_, offset) => {
          const nth = at + offset;
          const text = randomBytes(sizes[nth % 4] ?? 0).toString("latin1");
          return caches[nth % 2 === 0 ? 0 : 1].set(place(`key-${nth}`), value(text));
        }),
      );
      if (at % 2_000 === 0) high = Math.max(high, await memoryOf(await setting.redis.keys(`${setting.base}*`)));
    }
    const keys = await setting.redis.keys(`${setting.base}*`);
    expect(Math.max(high, await memoryOf(keys))).toBeLessThanOrEqual(bytesMax);
    // a cache that keeps nothing would hold any budget
    expect((await setting.valueKeys()).length).toBeGreaterThan(300);
    const ttls = await Promise.all(keys.map((key) => setting.redis.pttl(key)));
    expect(ttls.filter((ttl) => ttl < 0)).toEqual([]);
  }, 60_000);

  test("lets go of what was used longest ago", async () => {
    const cache = await setting.open({ bytesMax: 100_000 });
    const text = randomBytes(700).toString("latin1");
    for (let nth = 0; nth < 20; nth++) await cache.set(place(`old-${nth}`), value(text));
    await cache.get(place("old-3"));
    let added = 0;
    const isThere = async (key: string): Promise<boolean> => (await cache.peek(place(key))) !== null;
    while (await isThere("old-4")) await cache.set(place(`new-${added++}`), value(text));
    const left = await Promise.all(Array.from({ length: 20 }, (_, nth) => isThere(`old-${nth}`)));
    expect(left).toEqual(left.map((_, nth) => nth === 3 || nth > 4));
    expect(await isThere("new-0")).toBe(true);
  });

  test("does not take a value that would push out a quarter of all others", async () => {
    const cache = await setting.open({ bytesMax: 100_000 });
    await cache.set(place("small"), value("small"));
    expect(await cache.set(place("huge"), value(randomBytes(60_000).toString("base64")))).toBeNull();
    expect(await cache.peek(place("small"))).not.toBeNull();
  });

  test("holds after values ended or were deleted behind the books, and after the books were lost in part", async () => {
    const bytesMax = 200_000;
    const cache = await setting.open({ bytesMax });
    const fill = async (name: string): Promise<void> => {
      for (let nth = 0; nth < 100; nth++) {
        await cache.set(
          place(`${name}-${nth}`),
          value(randomBytes(900).toString("latin1")),
          name === "brief" ? 1 : 600,
        );
      }
    };
    await fill("brief");
    await eventually(async () => expect(await setting.valueKeys()).toEqual([]));
    await cache.books.purge();
    expect(await setting.redis.zcard(`${setting.base}#used`)).toBe(0);
    expect(await setting.redis.hget(`${setting.base}#totals`, "bytes|")).toBeNull();

    await fill("deleted");
    await setting.redis.unlink(...(await setting.valueKeys()));
    await setting.redis.unlink(`${setting.base}#used`);
    await fill("after");
    expect((await setting.valueKeys()).length).toBeGreaterThan(40);
    expect(await memoryOf(await setting.redis.keys(`${setting.base}*`))).toBeLessThanOrEqual(bytesMax);
  });

  async function memoryOf(keys: readonly string[]): Promise<number> {
    const sizes = await Promise.all(keys.map((key) => setting.redis.memory("USAGE", key, "SAMPLES", 0)));
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }
});

test("a process that is too busy to read its answers in time uses its cache all the same", async () => {
  const cache = await setting.open();
  await cache.set(place("a"), value("there"));
  for (let nth = 0; nth < 5; nth++) {
    const looking = cache.get(place("a"));
    // the command is on its way; then nothing is read for longer than a look may take
    await new Promise<void>((resolve) => setImmediate(resolve));
    const busyUntilMs = performance.now() + 120;
    while (performance.now() < busyUntilMs);
    expect((await looking)?.text).toBe("there");
  }
});
