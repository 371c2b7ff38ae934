import type { RunState } from "./run-state.ts";

/** One failed attempt of a run. */
export interface RunError {
  readonly at: string;
  readonly attempt: number;
  readonly message: string;
}

export const runProblemCodes = [
  "processor-error",
  "timed-out",
  "invalid-input",
  "crashed-workers",
  "cancelled",
] as const;

/** Why a run ended failed or cancelled: shown to callers as it stands. */
export interface RunProblem {
  readonly code: (typeof runProblemCodes)[number];
  readonly detail: string;
}

/** Progress of a running processor: a share 0..1 and what is being done. */
export interface RunProgress {
  readonly share: number;
  readonly note?: string;
}

/** A run as stored in `job_runs`, without its input and log lines. Times are epoch milliseconds. */
export interface Run {
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly state: RunState;
  readonly createdBy: string;
  readonly attempts: number;
  readonly starts: number;
  /** BullMQ's number: 0 goes before all others, of 1 to 1,000 the lower goes first. */
  readonly priority: number;
  readonly progress: RunProgress | null;
  readonly errors: readonly RunError[];
  readonly result: unknown;
  readonly problem: RunProblem | null;
  readonly cancelRequested: boolean;
  readonly createdAt: number;
  readonly runAt: number;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}
