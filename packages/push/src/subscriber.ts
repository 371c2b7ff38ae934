import type { Redis } from "ioredis";
import { type PushChannel, redisChannel } from "./channel.ts";
import type { PushEvent } from "./push-event.ts";

export interface SubscriberOptions {
  /** A connection of its own: a subscribed connection can do nothing else. It reconnects for ever. */
  readonly redis: Redis;
  readonly prefix: string;
  readonly channel: PushChannel;
  /** Called with each group of hints, in the order of arrival. */
  readonly onEvents: (events: readonly PushEvent[]) => void;
  /** Called whenever the subscription (re)starts: hints before it may be lost, so this is the time to read. */
  readonly onResubscribed: () => void;
  readonly onError: (error: unknown) => void;
}

export interface Subscriber {
  /** Is the subscription live now? While it is not, its owner has to read by itself. */
  isLive(): boolean;
  stop(): Promise<void>;
}

/** Listens for hints. Returns at once; a Redis that is away is waited for in the background. */
export function subscribe(options: SubscriberOptions): Subscriber {
  const { redis, prefix, channel, onEvents, onResubscribed, onError } = options;
  const name = redisChannel(prefix, channel);
  let live = false;

  const start = (): void => {
    redis.subscribe(name).then(
      () => {
        live = true;
        onResubscribed();
      },
      (error: unknown) => onError(error),
    );
  };
  redis.on("ready", start);
  redis.on("close", () => {
    live = false;
  });
  redis.on("message", (from: string, text: string) => {
    if (from !== name) return;
    try {
      // only our own publisher writes to this channel
      onEvents(JSON.parse(text) as PushEvent[]);
    } catch (error) {
      onError(error);
    }
  });
  if (redis.status === "ready") start();
  else if (redis.status === "wait") redis.connect().catch(onError);

  return {
    isLive: () => live,
    async stop() {
      live = false;
      redis.off("ready", start);
      redis.disconnect();
    },
  };
}
