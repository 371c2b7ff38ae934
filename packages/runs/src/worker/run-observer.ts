import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";
import type { RunProblem } from "@deskpulse/domain/runs/run";
import type { FinalRunState } from "@deskpulse/domain/runs/run-state";

/** What became of one attempt. Retried: it comes again; released: given back at a stop; superseded: no longer ours. */
export type AttemptOutcome = FinalRunState | "retried" | "released" | "superseded";

export interface Attempt {
  readonly outcome: AttemptOutcome;
  /** Why the run failed or was cancelled. */
  readonly code: RunProblem["code"] | null;
  /** From its claim until its end was stored. */
  readonly ms: number;
}

/** Told of every attempt that this worker makes; a figure may rest on it, nothing else. */
export interface RunObserver {
  started(run: ClaimedRun): void;
  attempted(run: ClaimedRun, attempt: Attempt): void;
}
