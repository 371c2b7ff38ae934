import { conversations } from "./analytics/conversations.ts";
import { responseTime } from "./analytics/response-time.ts";
import { pruneRuns } from "./operations/prune-runs.ts";

/** Every job of the platform by its key; the worker's map job -> processor is exhaustive over it. */
export const jobs = { conversations, responseTime, pruneRuns } as const;
export type Jobs = typeof jobs;
