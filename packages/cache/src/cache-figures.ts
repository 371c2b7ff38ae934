import type { Redis } from "ioredis";
import type { Cache } from "./cache.ts";
import { cacheBase, countsKey, parseMember } from "./cache-keys.ts";

export interface NamespaceFigures<Namespace extends string> {
  readonly namespace: Namespace;
  readonly hits: number;
  readonly misses: number;
  readonly errors: number;
  /** hits / (hits + misses + errors), 0..1; null when nothing was asked. */
  readonly hitRate: number | null;
  readonly evictions: number;
  readonly expiries: number;
  readonly keys: number;
  readonly bytes: number;
}

export interface CacheFigures<Namespace extends string> {
  readonly sampledAtMs: number;
  readonly windowMinutes: number;
  readonly namespaces: NamespaceFigures<Namespace>[];
  readonly usedBytes: number;
  readonly budgetBytes: number;
  readonly ttlCoverage: { readonly share: number | null; readonly keysSampled: number };
}

const sampleMax = 100;
const scanSteps = 5;
const counted = ["hits", "misses", "errors", "evictions", "expiries"] as const;

/**
 * What the cache did in the last `windowMinutes` (the present one included, 60 at most) and holds now, for one tenant or
 * (null) for all, over all processes. Rejects when Redis is away.
 */
export async function readCacheFigures<Namespace extends string>(
  cache: Cache<Namespace>,
  tenantId: string | null,
  windowMinutes: number,
): Promise<CacheFigures<Namespace>> {
  const { redis, redisPrefix, namespaces, bytesMax } = cache.options;
  const base = cacheBase(redisPrefix);
  await cache.flush();
  await cache.books.purge();
  const sampledAtMs = Date.now();
  const names = Object.keys(namespaces) as Namespace[]; // of the record that has them as its keys
  const scopeOf = (name: Namespace): string => (tenantId === null ? name : `${name}|${tenantId}`);
  const fields = names.flatMap((name) => counted.map((what) => `${what}|${scopeOf(name)}`));

  const sums = new Map<string, number>();
  const pipeline = redis.pipeline();
  const minute = Math.floor(sampledAtMs / 60_000);
  for (let back = 0; back < windowMinutes; back++) pipeline.hmget(countsKey(base, minute - back), ...fields);
  for (const [error, row] of (await pipeline.exec()) ?? []) {
    if (error) throw error;
    const values = row as (string | null)[]; // one for each field
    fields.forEach((field, at) => {
      sums.set(field, (sums.get(field) ?? 0) + Number(values[at] ?? 0));
    });
  }
  const totals = await redis.hmget(
    `${base}#totals`,
    ...names.flatMap((name) => [`keys|${scopeOf(name)}`, `bytes|${scopeOf(name)}`]),
  );
  const figures = names.map((namespace, at) => {
    const of = (what: (typeof counted)[number]): number => sums.get(`${what}|${scopeOf(namespace)}`) ?? 0;
    const [hits, misses, errors] = [of("hits"), of("misses"), of("errors")];
    const asked = hits + misses + errors;
    return {
      namespace,
      hits,
      misses,
      errors,
      hitRate: asked === 0 ? null : hits / asked,
      evictions: of("evictions"),
      expiries: of("expiries"),
      keys: Number(totals[2 * at] ?? 0),
      bytes: Number(totals[2 * at + 1] ?? 0),
    };
  });
  return {
    sampledAtMs,
    windowMinutes,
    namespaces: figures,
    usedBytes: figures.reduce((sum, { bytes }) => sum + bytes, 0),
    budgetBytes: bytesMax,
    ttlCoverage: await sampleTtls(redis, base, tenantId),
  };
}

/** Samples keys of values from the books, and from Redis itself, because what the books do not know has no end perhaps. */
async function sampleTtls(
  redis: Redis,
  base: string,
  tenantId: string | null,
): Promise<CacheFigures<string>["ttlCoverage"]> {
  const keys = new Set((await redis.zrandmember(`${base}#used`, sampleMax)).map((member) => base + member));
  let cursor = "0";
  for (let step = 0; step < scanSteps; step++) {
    const [next, found]: [string, string[]] = await redis.scan(cursor, "MATCH", `${base}*`, "COUNT", 200);
    for (const key of found) keys.add(key);
    cursor = next;
    if (cursor === "0") break;
  }
  const sampled = [...keys].filter((key) => {
    const member = parseMember(key.slice(base.length));
    return member !== null && (tenantId === null || member.owner === tenantId);
  });
  const pipeline = redis.pipeline();
  for (const key of sampled) pipeline.pttl(key);
  let withEnd = 0;
  let there = 0;
  for (const [error, ttlMs] of (await pipeline.exec()) ?? []) {
    if (error) throw error;
    if (ttlMs === -2) continue; // went meanwhile
    there += 1;
    if (Number(ttlMs) >= 0) withEnd += 1;
  }
  return { share: there === 0 ? null : withEnd / there, keysSampled: there };
}
