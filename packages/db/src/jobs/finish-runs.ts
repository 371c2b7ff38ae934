import type { RunProblem } from "@deskpulse/domain/runs/run";
import type { FinalRunState } from "@deskpulse/domain/runs/run-state";
import type { EngineTx, TenantTx } from "../transaction.ts";

export interface RunEnd {
  readonly id: string;
  /** The fence of the claim. */
  readonly starts: number;
  readonly state: FinalRunState;
  /** Null unless completed. */
  readonly result: unknown;
  /** Null when completed. */
  readonly problem: RunProblem | null;
}

/**
 * Ends runs whose fence still holds; returns the ids that it ended. Index: primary key. The engine ends groups of many
 * tenants; a tenant's transaction ends its own run together with its domain rows.
 */
export async function finishRuns(tx: EngineTx | TenantTx, ends: readonly RunEnd[]): Promise<Set<string>> {
  const ended = await tx.sql<{ id: string }[]>`
    update job_runs r
    set state = e.state, finished_at = now(), result = e.result, problem = e.problem
    from json_to_recordset(${JSON.stringify(ends)}::json) as e(id uuid, starts int, state text, result jsonb, problem jsonb)
    where r.id = e.id and r.starts = e.starts and r.finished_at is null and r.state = 'started'
    returning r.id`;
  return new Set(ended.map(({ id }) => id));
}
