import type { Redis } from "ioredis";
import { cacheBase, countsKey } from "./cache-keys.ts";

export type CacheOutcome = "hits" | "misses" | "errors";

const flushEveryMs = 1_000;
/** Windows reach back an hour; a minute's counts stay for two. */
const keptSeconds = 7_200;
/** Fields that wait for Redis; what comes beyond is not counted. */
const fieldsMax = 20_000;

const minuteOf = (atMs: number): number => Math.floor(atMs / 60_000);

/** Counts what requests to the cache came to, by minute, namespace and tenant, over all processes. */
export class OutcomeCounts {
  readonly #redis: Redis;
  readonly #base: string;
  readonly #timer: NodeJS.Timeout;
  /** Minute -> field -> count, not in Redis yet. */
  #waiting = new Map<number, Map<string, number>>();
  #fields = 0;
  #flushing: Promise<void> | undefined;

  constructor(redis: Redis, redisPrefix: string) {
    this.#redis = redis;
    this.#base = cacheBase(redisPrefix);
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
    this.#timer.unref();
  }

  record(outcome: CacheOutcome, namespace: string, tenantId: string | null): void {
    const minute = minuteOf(Date.now());
    this.#add(minute, `${outcome}|${namespace}`, 1);
    this.#add(minute, `${outcome}|${namespace}|${tenantId ?? "platform"}`, 1);
  }

  /** Writes what was counted so far; while Redis is away it waits for the next time. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#flushing;
    await this.flush();
  }

  #add(minute: number, field: string, by: number): void {
    const fields = this.#waiting.get(minute) ?? new Map<string, number>();
    const counted = fields.get(field);
    if (counted === undefined) {
      if (this.#fields >= fieldsMax) return;
      this.#fields += 1;
    }
    this.#waiting.set(minute, fields.set(field, (counted ?? 0) + by));
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0 || this.#redis.status !== "ready") return;
    const writing = this.#waiting;
    this.#waiting = new Map();
    this.#fields = 0;
    const oldest = minuteOf(Date.now()) - keptSeconds / 60;
    for (const [minute, fields] of writing) {
      if (minute < oldest) continue;
      const key = countsKey(this.#base, minute);
      const pipeline = this.#redis.multi();
      for (const [field, by] of fields) pipeline.hincrby(key, field, by);
      pipeline.expire(key, keptSeconds);
      // What got no answer may have been counted: counting it again would be the greater fault.
      await pipeline.exec().catch(() => undefined);
    }
  }
}
