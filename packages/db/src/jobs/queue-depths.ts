import type { EngineTx } from "../transaction.ts";

export interface QueueDepth {
  readonly queue: string;
  /** Could start now: due and held by no live worker. */
  readonly waiting: number;
  /** Not to be started yet. */
  readonly delayed: number;
  /** Held by a live worker. */
  readonly started: number;
  /** How long the longest waiting run has been due; 0 when none waits. */
  readonly oldestAgeSeconds: number;
}

/** Of a longer backlog only the oldest runs are counted: what asks for depths must stay quick whatever waits. */
export const countedRunsMax = 100_000;

/**
 * How much is there to do? One row per queue that has unfinished runs, in order of name; none when all is done. Counts
 * `countedRunsMax` runs at most, the oldest. Index: job_runs_unfinished.
 */
export async function queueDepths(tx: EngineTx, lockMs: number): Promise<QueueDepth[]> {
  return await tx.sql<QueueDepth[]>`
    with alive as materialized (
      select id from workers where heartbeat_at > now() - ${lockMs}::float8 * interval '1 millisecond'
    ), unfinished as (
      select queue, run_at, claimed_by is not null and claimed_by in (select id from alive) as held
      from job_runs where finished_at is null order by id limit ${countedRunsMax}
    )
    select queue,
      (count(*) filter (where not held and run_at <= now()))::int as waiting,
      (count(*) filter (where not held and run_at > now()))::int as delayed,
      (count(*) filter (where held))::int as started,
      coalesce(extract(epoch from now() - min(run_at) filter (where not held and run_at <= now())), 0)::float8
        as "oldestAgeSeconds"
    from unfinished group by queue order by queue`;
}
