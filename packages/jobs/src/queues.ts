/** Every BullMQ queue. A queue exists because its work wants a concurrency of its own. */
export const queueNames = ["analytics", "operations", "ingest"] as const;
export type QueueName = (typeof queueNames)[number];

/**
 * Runs that one worker process executes at once. Reports wait for Postgres, so a few per core keep it busy; a batch of
 * events stands in memory while it is taken in.
 */
export const queueConcurrency: Record<QueueName, number> = { analytics: 8, operations: 2, ingest: 2 };
