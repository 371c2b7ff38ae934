import type { Run, RunError, RunProblem, RunProgress } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";

/** `select` list for a row that `toRun` understands. The alias of job_runs is `r`. */
export const runColumns = `
  r.id, r.tenant_id, r.job, r.state, r.created_by, r.attempts, r.starts, r.priority, r.progress, r.errors, r.result, r.problem,
  r.cancel_requested_at is not null as cancel_requested,
  r.created_at, r.run_at, r.started_at, r.finished_at`;

export interface RunRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly job: string;
  readonly state: RunState;
  readonly created_by: string;
  readonly attempts: number;
  readonly starts: number;
  readonly priority: number;
  readonly progress: RunProgress | null;
  readonly errors: RunError[];
  readonly result: unknown;
  readonly problem: RunProblem | null;
  readonly cancel_requested: boolean;
  readonly created_at: Date;
  readonly run_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export function toRun(row: RunRow): Run {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    job: row.job,
    state: row.state,
    createdBy: row.created_by,
    attempts: row.attempts,
    starts: row.starts,
    priority: row.priority,
    progress: row.progress,
    errors: row.errors,
    result: row.result,
    problem: row.problem,
    cancelRequested: row.cancel_requested,
    createdAt: row.created_at.getTime(),
    runAt: row.run_at.getTime(),
    startedAt: row.started_at?.getTime() ?? null,
    finishedAt: row.finished_at?.getTime() ?? null,
  };
}
