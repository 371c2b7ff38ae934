import type { RunProgress } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";

/** A run reached a state: whoever wants to know reads the run. */
export interface RunHint {
  readonly kind: "run";
  readonly runId: string;
  readonly tenantId: string | null;
  /** The subject that started it: its user room hears of the run without a join. */
  readonly createdBy: string;
  readonly state: RunState;
}

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
