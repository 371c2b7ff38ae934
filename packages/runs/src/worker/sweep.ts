import type { Database } from "@deskpulse/db/connect";
import { bumpHandovers } from "@deskpulse/db/jobs/bump-handovers";
import { listQueuePauses } from "@deskpulse/db/jobs/queue-pauses";
import { type UnclaimedRun, unclaimedRuns } from "@deskpulse/db/jobs/unclaimed-runs";
import { asEngine } from "@deskpulse/db/transaction";
import { type QueueName, queueNames } from "@deskpulse/jobs/queues";
import type { Redis } from "ioredis";
import { deliveryId, type Handover } from "../handover.ts";
import { lockMs } from "../lock-times.ts";
import type { RunLog } from "../run-service.ts";

const graceMs = 3_000;
const intervalMs = 2_000;
const pageSize = 500;
/** A sweep that finds no end within this goes on at the next interval. */
const budgetMs = 1_500;
/** Set in Redis by every sweep: when it is gone, so may be everything else. */
const markerTtlSeconds = 86_400;
const lowestId = "00000000-0000-0000-0000-000000000000";

type Presence = "missing" | "live" | "ended";
const presenceOf: readonly Presence[] = ["missing", "live", "ended"];

/**
 * KEYS: the queue's key prefix, its completed set, its failed set. ARGV: job ids. Answers 0 missing, 1 live, 2 ended.
 * Asking BullMQ for a job's state would search the waiting list from end to end, for each of a hundred thousand runs.
 */
const presenceScript = `
local found = {}
for i, id in ipairs(ARGV) do
  if redis.call("EXISTS", KEYS[1] .. id) == 0 then found[i] = 0
  elseif redis.call("ZSCORE", KEYS[2], id) or redis.call("ZSCORE", KEYS[3], id) then found[i] = 2
  else found[i] = 1 end
end
return found`;

export interface SweepOptions {
  readonly database: Database;
  readonly redis: Redis;
  readonly redisPrefix: string;
  readonly handover: Handover;
  readonly log: RunLog;
  /** Queues whose pauses are kept. Default: all of the platform. */
  readonly queues?: readonly string[];
}

/**
 * Hands over what Postgres holds and Redis does not: after a crash between commit and add, after a Redis that came back
 * empty, after a delivery that was dropped. Also renews the pauses of queues. All workers may run it; one at a time does.
 *
 * A backlog may be long, so not all of it is compared each time: the oldest runs always (those whose worker died stand
 * there), every run once when it is a few seconds old, and the rest page by page; all again when Redis may have lost some.
 */
export class Sweep {
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  /** Up to here runs were compared once since Redis was last known whole. */
  #comparedTo = lowestId;
  #rotating = lowestId;
  #stopped = false;

  constructor(options: SweepOptions) {
    this.#options = options;
    options.redis.on("ready", () => {
      this.#comparedTo = lowestId;
    });
  }

  start(): void {
    this.#timer = setTimeout(
      () => {
        this.#running = this.#round().finally(() => {
          this.#running = undefined;
          if (!this.#stopped) this.start();
        });
      },
      intervalMs * (0.9 + Math.random() * 0.2),
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #round(): Promise<void> {
    const { redis, redisPrefix, log } = this.#options;
    if (redis.status !== "ready") return;
    try {
      // only a hint that somebody sweeps: two sweeps at once do the same thing twice, harmlessly
      const mine = await redis.set(`${redisPrefix}:sweep`, process.pid, "PX", Math.round(intervalMs * 0.8), "NX");
      if (mine === null) return;
      await this.#keepPauses();
      const handedOver = await this.#sweep();
      if (handedOver > 0) log.info({ runs: handedOver }, "handed over runs that BullMQ did not have");
    } catch (error) {
      log.warn({ err: error }, "the sweep failed; it comes again");
    }
  }

  async #sweep(): Promise<number> {
    const { redis, redisPrefix } = this.#options;
    const known = await redis.set(`${redisPrefix}:whole`, "1", "EX", markerTtlSeconds, "GET");
    if (known === null) this.#comparedTo = lowestId;
    const oldest = await this.#page(lowestId);
    let handedOver = await this.#handOver(oldest);
    if (oldest.length < pageSize) {
      this.#comparedTo = oldest.at(-1)?.id ?? this.#comparedTo;
      return handedOver;
    }
    const rotating = await this.#page(this.#rotating);
    handedOver += await this.#handOver(rotating);
    this.#rotating = rotating.length < pageSize ? lowestId : (rotating.at(-1)?.id ?? lowestId);
    const deadline = Date.now() + budgetMs;
    for (let full = true; full && Date.now() < deadline && !this.#stopped; ) {
      const fresh = await this.#page(this.#comparedTo);
      handedOver += await this.#handOver(fresh);
      this.#comparedTo = fresh.at(-1)?.id ?? this.#comparedTo;
      full = fresh.length === pageSize;
    }
    return handedOver;
  }

  #page(afterId: string): Promise<UnclaimedRun[]> {
    return asEngine(this.#options.database, (tx) => unclaimedRuns(tx, { afterId, limit: pageSize, graceMs, lockMs }));
  }

  async #handOver(runs: readonly UnclaimedRun[]): Promise<number> {
    const { database, handover } = this.#options;
    const presences = await this.#presences(runs);
    const missing = runs.filter(({ id }) => presences.get(id) === "missing");
    const ended = runs.filter(({ id }) => presences.get(id) === "ended");
    const bumped =
      ended.length === 0
        ? new Map<string, number>()
        : await asEngine(database, (tx) =>
            bumpHandovers(
              tx,
              ended.map(({ id }) => id),
            ),
          );
    const again = ended.flatMap((run) => {
      const number = bumped.get(run.id);
      return number === undefined ? [] : [{ ...run, handover: number }];
    });
    await handover.add([...missing, ...again]);
    return missing.length + again.length;
  }

  /** Does BullMQ hold the runs? One script a queue, a few constant-time look-ups a run. */
  async #presences(runs: readonly UnclaimedRun[]): Promise<Map<string, Presence>> {
    const { redis, handover } = this.#options;
    const presences = new Map<string, Presence>();
    for (const name of new Set(runs.map((run) => run.queue))) {
      const queue = handover.queue(name);
      const mine = runs.filter((run) => run.queue === name);
      const keys = [queue.toKey(""), queue.toKey("completed"), queue.toKey("failed")];
      const answer = await redis.eval(presenceScript, keys.length, ...keys, ...mine.map(deliveryId));
      const found = Array.isArray(answer) ? answer : [];
      mine.forEach(({ id }, index) => {
        presences.set(id, presenceOf[Number(found[index])] ?? "live");
      });
    }
    return presences;
  }

  async #keepPauses(): Promise<void> {
    const { database, handover } = this.#options;
    const paused = new Set(await asEngine(database, listQueuePauses));
    for (const name of this.#options.queues ?? queueNames) {
      const queue = handover.queue(name as QueueName);
      const isPaused = await queue.isPaused();
      if (paused.has(name) && !isPaused) await queue.pause();
      if (!paused.has(name) && isPaused) await queue.resume();
    }
  }
}
