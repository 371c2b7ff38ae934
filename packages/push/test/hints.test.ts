import { connectRedis } from "@deskpulse/process/redis";
import { eventually } from "@deskpulse/testkit/eventually";
import { createRedisPrefix } from "@deskpulse/testkit/redis-prefix";
import { afterAll, afterEach, describe, expect, test } from "@jest/globals";
import { redisChannel } from "../src/channel.ts";
import { createPublisher, type Publisher } from "../src/publisher.ts";
import type { PushEvent, RunHint } from "../src/push-event.ts";
import { subscribe } from "../src/subscriber.ts";

const corner = createRedisPrefix();
const quiet = { info: () => undefined, warn: () => undefined };
const producer = connectRedis(corner.url, "producer", quiet);
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => producer.disconnect());

const hint = (runId: string): RunHint => ({
  kind: "run",
  runId,
  tenantId: null,
  createdBy: "ann",
  state: "completed",
});

/** Listens on a connection of its own; `heard` fills as hints arrive. */
async function listen(channel: "runs" | "cancellations") {
  const heard: PushEvent[] = [];
  const groups: number[] = [];
  const errors: unknown[] = [];
  let subscriptions = 0;
  const redis = connectRedis(corner.url, "subscriber", quiet);
  const subscriber = subscribe({
    redis,
    prefix: corner.prefix,
    channel,
    onEvents: (events) => {
      heard.push(...events);
      groups.push(events.length);
    },
    onResubscribed: () => subscriptions++,
    onError: (error) => errors.push(error),
  });
  stops.push(() => subscriber.stop());
  await eventually(() => expect(subscriber.isLive()).toBe(true));
  return { redis, subscriber, heard, groups, errors, subscriptions: () => subscriptions };
}

async function publisherOf(onError: (error: unknown, hintsLost: number) => void = () => undefined): Promise<Publisher> {
  await eventually(() => expect(producer.status).toBe("ready"));
  return createPublisher(producer, corner.prefix, onError);
}

describe("hints", () => {
  test("arrive in order, and those of one turn travel together", async () => {
    const listener = await listen("runs");
    const publisher = await publisherOf();
    const sent = Array.from({ length: 1_200 }, (_, n) => hint(`run-${n}`));
    for (const one of sent) publisher.publish(one);
    await publisher.flush();
    await eventually(() => expect(listener.heard).toHaveLength(sent.length));
    expect(listener.heard).toEqual(sent);
    expect(listener.groups).toEqual([500, 500, 200]);
  });

  test("of cancellations have a channel of their own", async () => {
    const [runs, cancellations] = [await listen("runs"), await listen("cancellations")];
    const publisher = await publisherOf();
    publisher.publish({ kind: "cancel", runId: "a" });
    publisher.publish(hint("b"));
    await eventually(() => {
      expect(cancellations.heard).toEqual([{ kind: "cancel", runId: "a" }]);
      expect(runs.heard).toEqual([hint("b")]);
    });
  });

  test("are heard again after a lost connection, which is told to their owner", async () => {
    const listener = await listen("runs");
    const publisher = await publisherOf();
    expect(listener.subscriptions()).toBe(1);
    listener.redis.disconnect(true);
    await eventually(() => expect(listener.subscriber.isLive()).toBe(false));
    await eventually(() => expect(listener.subscriptions()).toBe(2));
    publisher.publish(hint("after"));
    await eventually(() => expect(listener.heard).toEqual([hint("after")]));
  });

  test("that are none are reported, and the next is heard", async () => {
    const listener = await listen("runs");
    await eventually(() => expect(producer.status).toBe("ready"));
    await producer.publish(redisChannel(corner.prefix, "runs"), "not json");
    (await publisherOf()).publish(hint("a"));
    await eventually(() => expect(listener.heard).toEqual([hint("a")]));
    expect(listener.errors).toHaveLength(1);
  });

  test("that cannot be sent are counted as lost; publishing neither throws nor waits", async () => {
    const away = connectRedis("redis://127.0.0.1:1", "producer", quiet);
    stops.push(async () => away.disconnect());
    let lost = 0;
    const publisher = createPublisher(away, corner.prefix, (_error, hintsLost) => {
      lost += hintsLost;
    });
    for (let n = 0; n < 10_050; n++) publisher.publish(hint(`run-${n}`));
    expect(lost).toBe(50);
    await publisher.flush();
    expect(lost).toBe(10_050);
  });
});
