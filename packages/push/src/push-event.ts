import type { RunProblem, RunProgress } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";

/** What a writer knows of the state that it has just committed. */
export interface CommittedState {
  readonly job: string;
  readonly attempts: number;
  readonly starts: number;
  /** When the run reached the state, by the clock of Postgres; milliseconds since 1970. */
  readonly atMs: number;
  readonly problem: RunProblem | null;
  /** Null unless completed. */
  readonly result: unknown;
}

/**
 * A run reached a state. `committed` spares a reader the reading: it is what the commit wrote. Without it (the writer
 * does not know all of it, or the result is large) whoever wants to know reads the run.
 */
export interface RunHint {
  readonly kind: "run";
  readonly runId: string;
  readonly tenantId: string | null;
  /** The subject that started it: its user room hears of the run without a join. */
  readonly createdBy: string;
  readonly state: RunState;
  readonly committed?: CommittedState;
}

/** A result above this many characters of JSON does not travel in a hint: every listener would carry it for few readers. */
export const hintResultLengthMax = 2_000;

/** A running processor got further. The figure travels in the hint: reading it back would cost more than losing one. */
export interface ProgressHint {
  readonly kind: "progress";
  readonly runId: string;
  readonly tenantId: string | null;
  readonly createdBy: string;
  readonly job: string;
  readonly progress: RunProgress;
}

/** Someone asked a running run to stop: the worker that has it aborts. */
export interface CancelHint {
  readonly kind: "cancel";
  readonly runId: string;
}

/** What travels from the writers to realtime, API and workers. Never the truth: that stands in Postgres. */
export type PushEvent = RunHint | ProgressHint | CancelHint;
export type PushKind = PushEvent["kind"];
