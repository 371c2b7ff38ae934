import type { Redis } from "ioredis";
import { CacheBooks } from "./books.ts";
import { Breaker } from "./breaker.ts";
import { type CachePlace, cacheBase, memberOf } from "./cache-keys.ts";
import { type CacheOutcome, OutcomeCounts } from "./outcome-counts.ts";
import { type CachedValue, packValue, unpackValue } from "./pack-value.ts";

/** The most that a look into the cache may delay an answer, less what a busy process adds. */
const answerMsMax = 40;
/** Beyond these a look is a miss and a value is not kept: what waits for a slow Redis is held in memory. */
const looksMax = 2_000;
const storesMax = 8;
/** For those who ask about the cache and answer nobody. */
const peekMsMax = 1_000;
/** One value takes at most this share of the budget. */
const valueShareMax = 0.25;

export interface NamespacePolicy {
  readonly version: number;
  readonly ttlSecondsMax: number;
}

export interface CacheOptions<Namespace extends string> {
  /** Of the cache role. */
  readonly redis: Redis;
  readonly redisPrefix: string;
  readonly namespaces: Readonly<Record<Namespace, NamespacePolicy>>;
  /** For all values of all namespaces together, with their books. */
  readonly bytesMax: number;
  /** Hears of every look and of evictions, for metrics. */
  readonly onOutcome?: (outcome: CacheOutcome | "evictions", namespace: Namespace, times: number) => void;
}

const notThere: unique symbol = Symbol("not there");
const failed: unique symbol = Symbol("failed");
type Looked = CachedValue | typeof notThere | typeof failed;

/**
 * Texts kept in Redis for a while. Every value has an end; all of them together stay within a budget by evicting what
 * was used longest ago. A slow or absent Redis makes misses: nothing here rejects, and no look takes above 50 ms.
 */
export class Cache<Namespace extends string = string> {
  readonly options: CacheOptions<Namespace>;
  readonly books: CacheBooks;
  readonly #counts: OutcomeCounts;
  readonly #breaker = new Breaker();
  readonly #looking = new Map<string, Promise<Looked>>();
  readonly #storing = new Set<Promise<unknown>>();
  readonly #usedKey: string;

  constructor(options: CacheOptions<Namespace>) {
    this.options = options;
    this.books = new CacheBooks(options.redis, options.redisPrefix);
    this.#counts = new OutcomeCounts(options.redis, options.redisPrefix);
    this.#usedKey = `${cacheBase(options.redisPrefix)}#used`;
  }

  /**
   * The value of this place if it was made at or after `madeSinceMs`; null when there is none, or Redis does not say
   * in time. Counted as a hit, a miss or an error. Equal looks at the same time ask Redis once.
   */
  async get(place: CachePlace<Namespace>, madeSinceMs = 0): Promise<CachedValue | null> {
    const looked = await this.#look(place);
    const value = typeof looked === "symbol" || looked.madeAtMs < madeSinceMs ? null : looked;
    this.#record(looked === failed ? "errors" : value === null ? "misses" : "hits", place);
    return value;
  }

  /** The same without being counted and without counting as use: for those who ask about the cache. */
  async peek(place: CachePlace<Namespace>, madeSinceMs = 0): Promise<CachedValue | null> {
    const looked = await this.#read(this.#member(place), peekMsMax);
    return typeof looked === "symbol" || looked.madeAtMs < madeSinceMs ? null : looked;
  }

  /**
   * Keeps a value until it is `ttlSeconds` old, the namespace's longest at most. Answers the bytes that it takes; null
   * when it was not kept: too old, too large, older than what is there, or Redis slow or away. Never rejects.
   */
  set(place: CachePlace<Namespace>, value: CachedValue, ttlSeconds = Number.POSITIVE_INFINITY): Promise<number | null> {
    if (this.#storing.size >= storesMax) return Promise.resolve(null);
    const storing = this.#store(place, value, ttlSeconds)
      .catch(() => null)
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
    return storing;
  }

  /** Writes the counts that wait. Never rejects. */
  flush(): Promise<void> {
    return this.#counts.flush();
  }

  /** Waits for what is being kept, and writes the counts that wait. */
  async stop(): Promise<void> {
    await Promise.all(this.#storing);
    await this.#counts.stop();
  }

  #member(place: CachePlace<Namespace>): string {
    return memberOf(place, this.options.namespaces[place.namespace].version);
  }

  #record(outcome: CacheOutcome, { namespace, tenantId }: CachePlace<Namespace>): void {
    this.#counts.record(outcome, namespace, tenantId);
    this.options.onOutcome?.(outcome, namespace, 1);
  }

  #look(place: CachePlace<Namespace>): Promise<Looked> {
    const member = this.#member(place);
    const looking = this.#looking.get(member);
    if (looking) return looking;
    if (this.options.redis.status !== "ready" || this.#looking.size >= looksMax || !this.#breaker.admits()) {
      return Promise.resolve(failed);
    }
    // best effort, and not waited for
    this.options.redis.zadd(this.#usedKey, "XX", Date.now(), member).catch(() => undefined);
    const look = this.#read(member, answerMsMax).then((looked) => {
      this.#looking.delete(member);
      if (looked === failed) this.#breaker.failed();
      else this.#breaker.succeeded();
      return looked;
    });
    this.#looking.set(member, look);
    return look;
  }

  async #read(member: string, msMax: number): Promise<Looked> {
    const { redis, redisPrefix } = this.options;
    try {
      const packed = await within(redis.getBuffer(cacheBase(redisPrefix) + member), msMax);
      if (packed === failed) return failed;
      return packed === null ? notThere : await unpackValue(packed);
    } catch {
      return failed;
    }
  }

  async #store(place: CachePlace<Namespace>, value: CachedValue, ttlSeconds: number): Promise<number | null> {
    const { redis, namespaces, bytesMax, onOutcome } = this.options;
    const { ttlSecondsMax } = namespaces[place.namespace];
    const ttlMs = value.madeAtMs + Math.min(ttlSeconds, ttlSecondsMax) * 1_000 - Date.now();
    if (ttlMs < 1 || redis.status !== "ready") return null;
    const packed = await packValue(value);
    if (packed.length > bytesMax * valueShareMax) return null;
    const { madeAtMs } = value;
    // an end ahead of a clock that runs fast would lie too far
    const lastingMs = Math.min(ttlMs, ttlSecondsMax * 1_000);
    const stored = await this.books.store({
      member: this.#member(place),
      packed,
      ttlMs: lastingMs,
      madeAtMs,
      bytesMax,
    });
    if (stored.evicted > 0) onOutcome?.("evictions", place.namespace, stored.evicted);
    return stored.bytes;
  }
}

/** What it comes to within `ms`; a failure when it takes longer. */
async function within<T>(reading: Promise<T>, ms: number): Promise<T | typeof failed> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof failed>((resolve) => {
    // An answer that lies unread because this process was busy is no late one: it is read before the immediate. Else a
    // busy process would stop using its cache, and be busier.
    timer = setTimeout(() => setImmediate(resolve, failed), ms);
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
