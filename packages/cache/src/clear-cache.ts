import type { Cache } from "./cache.ts";
import { cacheBase, isOwnMember, parseMember } from "./cache-keys.ts";

export interface ClearRequest<Namespace extends string> {
  /** Whose values; null: everybody's. */
  readonly tenantId: string | null;
  /** Absent: every namespace. */
  readonly namespace?: Namespace | undefined;
  readonly scope: "expired-and-stale" | "all";
  readonly signal: AbortSignal;
  /** Called after every step of the scan. */
  readonly onStep?: (keysScanned: number) => void;
}

export interface Cleared {
  readonly keysScanned: number;
  readonly keysFreed: number;
  readonly bytesFreed: number;
  readonly freed: Record<Reason, number>;
  readonly bookEntriesFreed: number;
}

type Reason = "stale" | "withoutTtl" | "unbooked" | "current";

/** Keys that one SCAN looks at: Redis serves nobody else meanwhile. */
const scanCount = 500;

/**
 * Removes values of other versions, without an end or unknown to the books, and with scope "all" the rest too; then
 * entries of the books without a value. Touches no key outside the cache's own base. Rejects when Redis is away or the
 * signal aborts; what went until then stays gone.
 */
export async function clearCache<Namespace extends string>(
  cache: Cache<Namespace>,
  request: ClearRequest<Namespace>,
): Promise<Cleared> {
  const { redis, redisPrefix } = cache.options;
  const base = cacheBase(redisPrefix);
  const freed: Record<Reason, number> = { stale: 0, withoutTtl: 0, unbooked: 0, current: 0 };
  let [keysScanned, keysFreed, bytesFreed, bookEntriesFreed] = [0, 0, 0, 0];
  let cursor = "0";
  do {
    request.signal.throwIfAborted();
    const [next, keys]: [string, string[]] = await redis.scan(cursor, "MATCH", `${base}*`, "COUNT", scanCount);
    cursor = next;
    // the pattern says so already: here it is certain
    const members = keys.filter((key) => key.startsWith(base)).map((key) => key.slice(base.length));
    keysScanned += members.length;
    const reasons = await reasonsToGo(cache, request, members);
    const removed = await cache.books.remove([...reasons.keys()]);
    keysFreed += removed.keys;
    bytesFreed += removed.bytes;
    for (const reason of reasons.values()) freed[reason] += 1;
    request.onStep?.(keysScanned);
  } while (cursor !== "0");

  bookEntriesFreed += await purgeAll(cache, request.signal);
  do {
    request.signal.throwIfAborted();
    const [next, flat]: [string, string[]] = await redis.zscan(`${base}#used`, cursor, "COUNT", scanCount);
    cursor = next;
    const members = flat.filter((_, at) => at % 2 === 0 && isMeant(request, flat[at] ?? ""));
    bookEntriesFreed += await cache.books.forgetGone(members);
  } while (cursor !== "0");
  return { keysScanned, keysFreed, bytesFreed, freed, bookEntriesFreed };
}

async function purgeAll(cache: Pick<Cache, "books">, signal: AbortSignal): Promise<number> {
  let purged = 0;
  for (;;) {
    signal.throwIfAborted();
    const step = await cache.books.purge();
    purged += step;
    if (step === 0) return purged;
  }
}

/** Is this value within what the request names? What nobody could have written as a value belongs to the platform. */
function isMeant(request: ClearRequest<string>, member: string): boolean {
  if (isOwnMember(member)) return false;
  const parsed = parseMember(member);
  if (parsed === null) return request.tenantId === null && request.namespace === undefined;
  if (request.tenantId !== null && parsed.owner !== request.tenantId) return false;
  return request.namespace === undefined || parsed.namespace === request.namespace;
}

async function reasonsToGo<Namespace extends string>(
  cache: Cache<Namespace>,
  request: ClearRequest<Namespace>,
  members: readonly string[],
): Promise<Map<string, Reason>> {
  const { redis, redisPrefix, namespaces } = cache.options;
  const base = cacheBase(redisPrefix);
  const meant = members.filter((member) => isMeant(request, member));
  const pipeline = redis.pipeline();
  for (const member of meant) pipeline.pttl(base + member).zscore(`${base}#used`, member);
  const answers = (await pipeline.exec()) ?? [];
  const versions = new Map(
    Object.entries<{ version: number }>(namespaces).map(([name, { version }]) => [name, String(version)]),
  );
  const reasons = new Map<string, Reason>();
  meant.forEach((member, at) => {
    const [ttl, booked] = [answers[2 * at], answers[2 * at + 1]];
    if (ttl?.[0] || booked?.[0]) throw ttl?.[0] ?? booked?.[0];
    const parsed = parseMember(member);
    if (parsed === null || versions.get(parsed.namespace) !== parsed.version) reasons.set(member, "stale");
    else if (ttl?.[1] === -1) reasons.set(member, "withoutTtl");
    else if (booked?.[1] === null) reasons.set(member, "unbooked");
    else if (request.scope === "all") reasons.set(member, "current");
  });
  return reasons;
}
