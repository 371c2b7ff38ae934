/** Every BullMQ queue. A queue exists because its work wants a concurrency of its own. */
export const queueNames = ["analytics", "operations"] as const;
export type QueueName = (typeof queueNames)[number];

/** Runs that one worker process executes at once. Reports wait for Postgres, so a few per core keep it busy. */
export const queueConcurrency: Record<QueueName, number> = { analytics: 8, operations: 2 };
