import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";

const count = z.int().nonnegative();

export const volumeMetrics = ["created", "messagesIn", "resolved"] as const;
export type VolumeMetric = (typeof volumeMetrics)[number];
export const volumeNames: Readonly<Record<VolumeMetric, string>> = {
  created: "Conversations created",
  messagesIn: "Messages from customers",
  resolved: "Resolutions",
};

/** What came in and got done: everything counts by the time of its event. */
export const volumes = z.strictObject({
  created: count,
  /** Public messages from customers. */
  messagesIn: count,
  /** Changes to resolved; a conversation that is resolved twice counts twice. */
  resolved: count,
});
export type Volumes = z.output<typeof volumes>;

/** The volumes of a bucket (its index) or of the range (null); zeros where nothing was found. */
export function volumesFrom(facts: readonly Bucketed<Volumes>[]): (bucket: number | null) => Volumes {
  const found = byBucket(facts);
  return (bucket) => {
    const { created = 0, messagesIn = 0, resolved = 0 } = found.get(bucket) ?? {};
    return { created, messagesIn, resolved };
  };
}
