import type { JobEvent } from "@deskpulse/contract/realtime/job-event";
import type { RunStateRow } from "@deskpulse/db/jobs/read-run-states";
import type { RunProgress } from "@deskpulse/domain/runs/run";
import type { CommittedState, RunHint } from "@deskpulse/push/push-event";

/** What is compared to tell an older state of a run from a newer one. */
export type RunVersion = Pick<RunStateRow, "starts" | "attempts" | "state">;

/**
 * Does `next` come after `last` in a run's life? Each claim adds a start, and within one start everything comes after
 * `started`: an end, a retry, a release. Equal versions are not newer.
 */
export function isNewer(next: RunVersion, last: RunVersion): boolean {
  if (next.starts !== last.starts) return next.starts > last.starts;
  if (next.state === last.state) return next.attempts > last.attempts;
  return next.state !== "started";
}

/** The state that a hint carries, as if it had been read. */
export function stateOfHint(hint: RunHint, committed: CommittedState): RunStateRow {
  const { runId: id, tenantId, createdBy, state } = hint;
  const { atMs, ...rest } = committed;
  return { id, tenantId, createdBy, state, ...rest, at: new Date(atMs), progress: null, resultRead: true };
}

/** The event that tells a run's present state. `withResult`: for rooms in which the result itself may travel. */
export function jobEventOf(run: RunStateRow, withResult: boolean): JobEvent {
  const { id, job, tenantId, state, attempts, starts, at } = run;
  const event: JobEvent = { runId: id, job, tenantId, state, attempts, starts, at: at.toISOString() };
  if (state === "started" && run.progress !== null) event.progress = { ...run.progress };
  if (run.problem !== null && (state === "failed" || state === "cancelled")) event.problem = { ...run.problem };
  if (state === "completed") {
    if (withResult && run.resultRead) event.result = run.result;
    else event.resultUrl = `/api/jobs/${id}`;
  }
  return event;
}

/** The event that tells that a started run got further. */
export function progressEventOf(
  run: { readonly id: string; readonly job: string; readonly tenantId: string | null } & RunVersion,
  progress: RunProgress,
): JobEvent {
  const { id, job, tenantId, attempts, starts } = run;
  const at = new Date().toISOString();
  return { runId: id, job, tenantId, state: "progress", attempts, starts, at, progress: { ...progress } };
}
