import type { Redis } from "ioredis";

const flushEveryMs = 100;
/** What is counted for somebody before a request is refused may wait this long for Redis, and no longer. */
const readLimitMs = 50;
const windowsPerFlush = 1_000;
const windowsMaxDefault = 50_000;

/** One count of one fixed window of time, as far as this process knows it. */
export interface Window {
  readonly key: string;
  readonly seconds: number;
  /** Which one since the epoch. */
  readonly number: number;
  /** Counted by all processes, as Redis said last. */
  merged: number;
  /** Counted here, not yet told to Redis. */
  pending: number;
  /** On its way to Redis. */
  sending: number;
}

export const usedOf = ({ merged, pending, sending }: Window): number => merged + pending + sending;
export const endOf = ({ number, seconds }: Window): number => (number + 1) * seconds * 1_000;

/**
 * Counts in fixed windows, for all processes together: counted here at once, added up in Redis ten times a second, so that
 * nobody waits for Redis. Beyond a limit each process lets through at most what reaches it in one such round (100 ms and the
 * way to Redis); while Redis is away each process counts alone, and tells it when it is back.
 */
export class RateLimitWindows {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #windowsMax: number;
  readonly #windows = new Map<string, Window>();
  #untold = new Set<Window>();
  #flushing = false;
  #sweptAtMs = 0;
  readonly #timer: NodeJS.Timeout;

  /** The connection belongs to the caller, and fails at once while Redis is away. */
  constructor(redis: Redis, prefix: string, windowsMax = windowsMaxDefault) {
    this.#redis = redis;
    this.#prefix = prefix;
    this.#windowsMax = windowsMax;
    this.#timer = setInterval(() => void this.flush(), flushEveryMs).unref();
  }

  /** The window of `seconds` in which `nowMs` lies, counted under this key. */
  window(key: string, seconds: number, nowMs: number): Window {
    const number = Math.floor(nowMs / 1_000 / seconds);
    const known = this.#windows.get(key);
    if (known !== undefined && known.number === number) return known;
    // what stood there is over; the oldest makes room when strangers bring ever new keys
    this.#windows.delete(key);
    if (this.#windows.size >= this.#windowsMax) {
      const oldest = this.#windows.keys().next().value;
      if (oldest !== undefined) this.#windows.delete(oldest);
    }
    const window: Window = { key, seconds, number, merged: 0, pending: 0, sending: 0 };
    this.#windows.set(key, window);
    return window;
  }

  /** Counts one more, or with -1 takes one back. */
  count(window: Window, by: 1 | -1 = 1): void {
    window.pending += by;
    this.#tellLater(window);
  }

  /** Asks Redis what others have counted, at most 50 ms long; without an answer what is known here stands. */
  async read(windows: readonly Window[]): Promise<void> {
    if (this.#redis.status !== "ready") return;
    const asked = this.#redis.mget(windows.map((window) => this.#redisKey(window)));
    asked.catch(() => undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), readLimitMs);
    });
    const counts = await Promise.race([asked, late]).catch(() => null);
    clearTimeout(timer);
    windows.forEach((window, index) => {
      window.merged = Math.max(window.merged, Number(counts?.[index] ?? 0));
    });
  }

  /** Tells Redis what was counted here and learns the sums. Never rejects. */
  async flush(): Promise<void> {
    this.#sweep(Date.now());
    if (this.#flushing || this.#untold.size === 0 || this.#redis.status !== "ready") return;
    this.#flushing = true;
    const batch = [...this.#untold].slice(0, windowsPerFlush);
    const pipeline = this.#redis.pipeline();
    for (const window of batch) {
      this.#untold.delete(window);
      window.sending = window.pending;
      window.pending = 0;
      const key = this.#redisKey(window);
      pipeline.incrby(key, window.sending).pexpireat(key, endOf(window) + 60_000);
    }
    const answers = await pipeline.exec().catch(() => null);
    batch.forEach((window, index) => {
      const [error, sum] = answers?.[index * 2] ?? [new Error("no answer"), null];
      if (error === null && typeof sum === "number") {
        // a Redis that came back empty knows less than we do
        window.merged = Math.max(window.merged + window.sending, sum);
      } else {
        window.pending += window.sending;
        this.#tellLater(window);
      }
      window.sending = 0;
    });
    this.#flushing = false;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** As many as are kept at most: while Redis is away strangers must not fill the memory. */
  #tellLater(window: Window): void {
    if (this.#untold.size >= this.#windowsMax && !this.#untold.has(window)) {
      const oldest = this.#untold.values().next().value;
      if (oldest !== undefined) this.#untold.delete(oldest);
    }
    this.#untold.add(window);
  }

  #redisKey({ key, seconds, number }: Window): string {
    return `${this.#prefix}:limits:${seconds}:${number}:${key}`;
  }

  #sweep(nowMs: number): void {
    if (nowMs - this.#sweptAtMs < 1_000) return;
    this.#sweptAtMs = nowMs;
    for (const [key, window] of this.#windows) if (endOf(window) <= nowMs) this.#windows.delete(key);
    for (const window of this.#untold) if (endOf(window) <= nowMs) this.#untold.delete(window);
  }
}
