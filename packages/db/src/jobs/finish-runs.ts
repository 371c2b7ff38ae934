import type { RunProblem } from "@deskpulse/domain/runs/run";
import type { FinalRunState } from "@deskpulse/domain/runs/run-state";
import { jsonLiteral, uuidsLiteral } from "../literal.ts";
import type { TenantTx } from "../transaction.ts";

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

export interface EndedRun {
  readonly id: string;
  /** By the clock of Postgres, milliseconds since 1970. */
  readonly finishedAtMs: number;
}

/** The statement that ends runs whose fence still holds. Answers EndedRun rows of those that it ended. Index: primary key. */
export function finishRunsStatement(ends: readonly RunEnd[]): string {
  return `
    update job_runs r
    set state = e.state, finished_at = now(), result = e.result, problem = e.problem
    from json_to_recordset(${jsonLiteral(ends)}) as e(id uuid, starts int, state text, result jsonb, problem jsonb)
    where r.id = any (${uuidsLiteral(ends.map(({ id }) => id))}) and r.id = e.id and r.starts = e.starts
      and r.finished_at is null and r.state = 'started'
    returning r.id, (extract(epoch from r.finished_at) * 1000)::float8 as "finishedAtMs"`;
}

const finishText = `
  with ended as (
    update job_runs set state = 'completed', finished_at = now(), result = $3::jsonb
    where id = $1::uuid and starts = $2::int and finished_at is null and state = 'started' returning id
  )
  select refuse_lost_claim() where not exists (select from ended)`;

/**
 * Ends a completed run together with the domain rows of the transaction. Travels with the commit, in one write: when the
 * run's fence has moved on, the transaction rolls back and rejects, see `isClaimLost`. Index: primary key.
 */
export function finishRun(tx: TenantTx, end: Pick<RunEnd, "id" | "starts" | "result">): void {
  tx.sql.closing(finishText, [end.id, String(end.starts), JSON.stringify(end.result)]);
}

/** Was a transaction refused because the run that it was to end belongs to someone else by now? */
export const isClaimLost = (error: unknown): boolean =>
  typeof error === "object" && error !== null && "code" in error && error.code === "DP001";
