import type { QueueName } from "@deskpulse/jobs/queues";
import { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { redactInput } from "./redact-input.ts";
import { writeTogether } from "./write-together.ts";

/** What BullMQ needs to know of a run; the truth stays in Postgres. */
export interface RunToHandOver {
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly queue: string;
  readonly input: unknown;
  readonly handover: number;
  readonly priority: number;
  /** Not to be delivered before; absent: at once. */
  readonly runAtMs?: number;
}

export interface DeliveryData {
  readonly runId: string;
  readonly tenantId: string | null;
  /** For readers of Bull Board only. */
  readonly input: string;
}

export type DeliveryQueue = Queue<DeliveryData, unknown, string>;

export const deliveryId = (run: { id: string; handover: number }): string => `${run.id}-${run.handover}`;

export const queuePrefix = (redisPrefix: string): string => `${redisPrefix}:bull`;

/** Ended jobs that BullMQ keeps for Bull Board, per queue; Postgres keeps them all. */
const keptEnded = { completed: 1_000, failed: 5_000 };
const addsPerCommand = 100;

export class RedisAwayError extends Error {
  override readonly name = "RedisAwayError";
}

/** Did a command fail because Redis does not answer, as opposed to refusing it? */
export function isRedisAway(error: unknown): boolean {
  if (error instanceof RedisAwayError) return true;
  if (!(error instanceof Error)) return false;
  return (
    error.name === "MaxRetriesPerRequestError" ||
    /Command timed out|Connection is closed|isn't writeable/.test(error.message)
  );
}

/** A run as BullMQ gets it. Without a priority it goes the plain way, which costs BullMQ least. */
function deliveryOf(run: RunToHandOver) {
  const delay = run.runAtMs === undefined ? 0 : run.runAtMs - Date.now();
  return {
    name: run.job,
    data: { runId: run.id, tenantId: run.tenantId, input: redactInput(run.input) },
    opts: {
      jobId: deliveryId(run),
      ...(delay > 0 ? { delay } : {}),
      ...(run.priority > 0 ? { priority: run.priority } : {}),
    },
  };
}

/** The BullMQ queues of one process, made when first needed, because BullMQ wants Redis up at that moment. */
export class Handover {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #onError: (error: unknown) => void;
  readonly #queues = new Map<string, DeliveryQueue>();

  constructor(redis: Redis, redisPrefix: string, onError: (error: unknown) => void) {
    this.#redis = redis;
    this.#prefix = queuePrefix(redisPrefix);
    this.#onError = onError;
  }

  /** Throws RedisAwayError while Redis is not there. */
  queue(name: QueueName | string): DeliveryQueue {
    if (this.#redis.status !== "ready") throw new RedisAwayError("Redis is away");
    const known = this.#queues.get(name);
    if (known) return known;
    const queue: DeliveryQueue = new Queue<DeliveryData, unknown, string>(name, {
      connection: this.#redis,
      prefix: this.#prefix,
      defaultJobOptions: {
        attempts: 1, // retries belong to Postgres
        removeOnComplete: { count: keptEnded.completed },
        removeOnFail: { count: keptEnded.failed },
        stackTraceLimit: 1,
        keepLogs: 100,
      },
    });
    queue.on("error", this.#onError);
    this.#queues.set(name, queue);
    // One that lost Redis while it was made stays broken for ever, though Redis comes back: the next call makes another.
    queue.waitUntilReady().catch(() => {
      if (this.#queues.get(name) === queue) this.#queues.delete(name);
    });
    return queue;
  }

  /**
   * Gives committed runs to BullMQ, a hundred of a queue at once, in their order; adding one that it still keeps does
   * nothing. Rejects with the first failure after trying all: the sweep hands over what is missing.
   */
  async add(runs: readonly RunToHandOver[]): Promise<void> {
    let failure: unknown;
    for (const name of new Set(runs.map(({ queue }) => queue))) {
      const ofQueue = runs.filter(({ queue }) => queue === name);
      for (let start = 0; start < ofQueue.length; start += addsPerCommand) {
        try {
          writeTogether(this.#redis);
          await this.queue(name).addBulk(ofQueue.slice(start, start + addsPerCommand).map(deliveryOf));
        } catch (error) {
          failure ??= error;
        }
      }
    }
    if (failure !== undefined) throw failure;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }
}
