import type { RunState } from "../runs/run-state.ts";

/** What becomes of slots that nobody was there to fire in time: all run, only the newest, or none. */
export const catchUpPolicies = ["all", "latest", "none"] as const;
export type CatchUpPolicy = (typeof catchUpPolicies)[number];

/** What a slot does while a run of the same schedule is unfinished: falls away, waits for its end, or cancels it. */
export const overlapPolicies = ["skip", "queue", "cancel"] as const;
export type OverlapPolicy = (typeof overlapPolicies)[number];

/**
 * What became of a slot. queued: waits for the end of the former run; started: has a run; joined: an equal run was under
 * way and stands for it; skipped: by the overlap policy; missed: by the catch-up policy; refused: its input or job made
 * no run.
 */
export const slotOutcomes = ["queued", "started", "joined", "skipped", "missed", "refused"] as const;
export type SlotOutcome = (typeof slotOutcomes)[number];

/** A schedule as stored. Times are epoch milliseconds. */
export interface Schedule {
  readonly id: string;
  /** Null for operators' own. */
  readonly tenantId: string | null;
  readonly name: string;
  readonly job: string;
  /** The request as its caller would send it: completed anew for each slot. */
  readonly input: unknown;
  readonly cron: string;
  readonly timezone: string;
  readonly catchUp: CatchUpPolicy;
  readonly overlap: OverlapPolicy;
  readonly priority: number;
  readonly enabled: boolean;
  /** Comes with a job definition, which owns all of it but `enabled`. */
  readonly builtIn: boolean;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  /** Null while disabled. */
  readonly nextAtMs: number | null;
}

/** One slot of a schedule and what became of it. */
export interface ScheduleSlot {
  readonly slotAtMs: number;
  readonly outcome: SlotOutcome;
  readonly runId: string | null;
  /** Null when the run is gone or there is none. */
  readonly runState: RunState | null;
  /** Why there is no run; null when there is one. */
  readonly detail: string | null;
  /** Who asked for it by hand; null for a slot of the cron expression. */
  readonly requestedBy: string | null;
}
