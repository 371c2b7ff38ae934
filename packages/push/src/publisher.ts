import type { Redis } from "ioredis";
import { channelOf, type PushChannel, pushChannels, redisChannel } from "./channel.ts";
import type { PushEvent } from "./push-event.ts";

/** Hints kept while one message is under way; older ones are dropped first, because readers repair what they miss. */
const waitingMax = 10_000;
const hintsPerMessageMax = 500;

export interface Publisher {
  /** Sends soon, grouped with what else comes up in this turn. Never throws and never waits: hints may be lost. */
  publish(event: PushEvent): void;
  /** Resolves when everything published so far was sent or given up. */
  flush(): Promise<void>;
}

/** A publisher over a connection that fails fast (no offline queue). `onError` hears of lost hints, with their number. */
export function createPublisher(
  redis: Redis,
  prefix: string,
  onError: (error: unknown, hintsLost: number) => void,
): Publisher {
  const waiting: Record<PushChannel, PushEvent[]> = { runs: [], cancellations: [] };
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    // one turn later, so that a whole group that finished together travels together
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (const channel of pushChannels) {
      while (waiting[channel].length > 0) {
        const group = waiting[channel].splice(0, hintsPerMessageMax);
        try {
          await redis.publish(redisChannel(prefix, channel), JSON.stringify(group));
        } catch (error) {
          onError(error, group.length);
        }
      }
    }
  }

  function start(): void {
    sending ??= send().finally(() => {
      sending = undefined;
      if (pushChannels.some((channel) => waiting[channel].length > 0)) start();
    });
  }

  return {
    publish(event) {
      const queue = waiting[channelOf[event.kind]];
      if (queue.length >= waitingMax) {
        queue.shift();
        onError(new Error("too many hints are waiting"), 1);
      }
      queue.push(event);
      start();
    },
    async flush() {
      while (sending) await sending;
    },
  };
}
