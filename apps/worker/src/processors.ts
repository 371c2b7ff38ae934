import type { Jobs } from "@deskpulse/jobs/catalog";
import type { Processors } from "@deskpulse/runs/worker/processor";
import { conversations } from "./analytics/conversations.ts";
import { responseTime } from "./analytics/response-time.ts";
import { pruneRuns } from "./operations/prune-runs.ts";

/** Job -> processor; a job without one does not compile. */
export const processors: Processors<Jobs> = { conversations, responseTime, pruneRuns };
