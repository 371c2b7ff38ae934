import { canonicalJson } from "@deskpulse/domain/json";
import type { Redis } from "ioredis";

/** Demand is what was asked in this many hours, the present one included. */
export const demandHours = 24;
const hourSeconds = 3_600;
const flushEveryMs = 1_000;
/** Different requests kept per tenant and hour, those asked most; twice as many before the rest is dropped. */
const requestsMax = 500;
const tenantsMax = 10_000;
/** Different requests that wait for Redis in this process; what comes beyond is not counted. */
const waitingMax = 20_000;
/** Longer ones name filters by the dozen: nobody asks them twice. */
const requestLengthMax = 4_000;
/** Of the platform's tenants, those that asked most. */
const tenantsRead = 200;

export interface DemandedRequest {
  readonly tenantId: string;
  readonly job: string;
  /** As it was asked, before it was completed: a default range moves with the day. */
  readonly request: unknown;
  readonly asked: number;
}

/** Counts which requests are asked for, by tenant, over a sliding window of hours and over all processes. */
export class Demand {
  readonly #redis: Redis;
  readonly #base: string;
  readonly #timer: NodeJS.Timeout;
  /** Tenant -> request -> times, not in Redis yet. */
  #waiting = new Map<string, Map<string, number>>();
  #waitingRequests = 0;
  #flushing: Promise<void> | undefined;

  constructor(redis: Redis, redisPrefix: string) {
    this.#redis = redis;
    this.#base = `${redisPrefix}:demand:`;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs);
    this.#timer.unref();
  }

  /** One more asked for this. Equal requests have equal values. Cheap; the count may be lost. */
  count(tenantId: string, job: string, request: unknown): void {
    const asked = canonicalJson({ job, request });
    if (asked.length > requestLengthMax) return;
    const requests = this.#waiting.get(tenantId) ?? new Map<string, number>();
    const times = requests.get(asked);
    if (times === undefined) {
      if (this.#waitingRequests >= waitingMax) return;
      this.#waitingRequests += 1;
    }
    this.#waiting.set(tenantId, requests.set(asked, (times ?? 0) + 1));
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

  /**
   * The requests asked for most, of this tenant or (null) of the tenants that ask most, at most `limit`; equally
   * demanded ones in the order of their texts. Rejects when Redis is away.
   */
  async most(tenantId: string | null, limit: number): Promise<DemandedRequest[]> {
    const tenantIds = tenantId === null ? (await this.#sums("tenants", tenantsRead)).map(([id]) => id) : [tenantId];
    const demanded: { tenantId: string; text: string; asked: number }[] = [];
    for (const id of tenantIds) {
      for (const [text, asked] of await this.#sums(`of:${id}`, limit)) demanded.push({ tenantId: id, text, asked });
    }
    return demanded
      .sort((a, b) => b.asked - a.asked || (a.text < b.text ? -1 : 1))
      .slice(0, limit)
      .flatMap(({ tenantId: id, text, asked }) => {
        // written by `count`
        const { job, request } = JSON.parse(text) as { job: string; request: unknown };
        return [{ tenantId: id, job, request, asked }];
      });
  }

  /** Sums of a name's counts over the window, the highest first. */
  async #sums(name: string, limit: number): Promise<[string, number][]> {
    const hour = Math.floor(Date.now() / (hourSeconds * 1_000));
    const pipeline = this.#redis.pipeline();
    for (let back = 0; back < demandHours; back++) {
      pipeline.zrange(this.#key(name, hour - back), 0, String(2 * requestsMax), "REV", "WITHSCORES");
    }
    const sums = new Map<string, number>();
    for (const [error, row] of (await pipeline.exec()) ?? []) {
      if (error) throw error;
      const flat = row as string[]; // WITHSCORES: member, score, member, score
      for (let at = 0; at + 1 < flat.length; at += 2) {
        const [member = "", score = "0"] = [flat[at], flat[at + 1]];
        sums.set(member, (sums.get(member) ?? 0) + Number(score));
      }
    }
    return [...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).slice(0, limit);
  }

  #key(name: string, hour: number): string {
    return `${this.#base}${name}:${hour}`;
  }

  async #write(): Promise<void> {
    if (this.#waiting.size === 0 || this.#redis.status !== "ready") return;
    const writing = this.#waiting;
    this.#waiting = new Map();
    this.#waitingRequests = 0;
    const hour = Math.floor(Date.now() / (hourSeconds * 1_000));
    const tenants = this.#key("tenants", hour);
    const keptSeconds = (demandHours + 1) * hourSeconds;
    for (const [tenantId, requests] of writing) {
      const key = this.#key(`of:${tenantId}`, hour);
      const pipeline = this.#redis.multi();
      let times = 0;
      for (const [request, by] of requests) {
        pipeline.zincrby(key, by, request);
        times += by;
      }
      pipeline.zremrangebyrank(key, 0, -(2 * requestsMax + 1)).expire(key, keptSeconds);
      pipeline.zincrby(tenants, times, tenantId);
      pipeline.zremrangebyrank(tenants, 0, -(tenantsMax + 1)).expire(tenants, keptSeconds);
      // Without an answer it may have been counted: counting again would be the greater fault.
      await pipeline.exec().catch(() => undefined);
    }
  }
}
