import type { PushKind } from "./push-event.ts";

/** Cancellations have a channel of their own, so that workers need not listen to every run's hints. */
export const pushChannels = ["runs", "cancellations"] as const;
export type PushChannel = (typeof pushChannels)[number];

export const channelOf: Record<PushKind, PushChannel> = { run: "runs", progress: "runs", cancel: "cancellations" };

export const redisChannel = (prefix: string, channel: PushChannel): string => `${prefix}:push:${channel}`;
