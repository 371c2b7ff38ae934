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
const pageSize = 1_000;
/** A sweep that finds no end within this goes on at the next interval. */
const budgetMs = 1_500;
const lowestId = "00000000-0000-0000-0000-000000000000";

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
 */
export class Sweep {
  readonly #options: SweepOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #afterId = lowestId;
  #stopped = false;

  constructor(options: SweepOptions) {
    this.#options = options;
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
    const { database } = this.#options;
    const deadline = Date.now() + budgetMs;
    let handedOver = 0;
    while (Date.now() < deadline && !this.#stopped) {
      const page = await asEngine(database, (tx) =>
        unclaimedRuns(tx, { afterId: this.#afterId, limit: pageSize, graceMs, lockMs }),
      );
      handedOver += await this.#handOver(page);
      this.#afterId = page.length < pageSize ? lowestId : (page.at(-1)?.id ?? lowestId);
      if (page.length < pageSize) break;
    }
    return handedOver;
  }

  async #handOver(runs: readonly UnclaimedRun[]): Promise<number> {
    const { database, handover } = this.#options;
    const states = await Promise.all(runs.map((run) => handover.queue(run.queue).getJobState(deliveryId(run))));
    const missing: UnclaimedRun[] = [];
    const ended: UnclaimedRun[] = [];
    runs.forEach((run, index) => {
      if (states[index] === "unknown") missing.push(run);
      else if (states[index] === "completed" || states[index] === "failed") ended.push(run);
    });
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
