import { z } from "zod";

const waitTargetSecondsMax = 30 * 86_400;
/** An hour. */
export const waitTargetSecondsDefault = 3_600;
const targetRange = `must be 1 to ${waitTargetSecondsMax}`;

export const liveQuery = z.strictObject({
  /** Who waits for longer waits beyond the target. */
  targetSeconds: z
    .string()
    .regex(/^\d{1,9}$/, "expected a whole number")
    .transform(Number)
    .pipe(z.int().min(1, targetRange).max(waitTargetSecondsMax, targetRange))
    .default(waitTargetSecondsDefault),
  tenantId: z.uuid().toLowerCase().optional(),
});

const standing = {
  open: z.int(),
  pending: z.int(),
  snoozed: z.int(),
  /** Open, and nobody has answered yet or the customer waits again. */
  unattended: z.int(),
  /** Open, and nobody's. */
  unassigned: z.int(),
  waitingBeyondTarget: z.int(),
  /** Of who waits in an open conversation; null when nobody does. */
  longestWaitSeconds: z.number().nullable(),
};

/** How a tenant stands, at most a second ago. */
export const liveBody = z.strictObject({
  sampledAt: z.iso.datetime(),
  targetSeconds: z.int(),
  ...standing,
  /** Conversations created in the last 5, 15 and 60 minutes. */
  arrivals: z.strictObject({ minutes5: z.int(), minutes15: z.int(), minutes60: z.int() }),
  /** Agents who wrote something in the last 15 minutes. */
  agentsActive: z.int(),
  /** Inboxes and teams with something unresolved, those with most open ones first; at most 200. */
  queues: z
    .array(z.strictObject({ kind: z.enum(["inbox", "team"]), id: z.int(), name: z.string(), ...standing }))
    .max(200),
});

/** What is pushed to who watches a tenant. */
export const liveEvent = liveBody.extend({ tenantId: z.uuid() });
