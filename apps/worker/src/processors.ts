import type { Jobs } from "@deskpulse/jobs/catalog";
import type { Processors } from "@deskpulse/runs/worker/processor";
import { pruneRuns } from "./operations/prune-runs.ts";

/** Job -> processor; a job without one does not compile. */
export const processors: Processors<Jobs> = { pruneRuns };
