import type { EngineTx } from "../transaction.ts";

export interface WorkerRow {
  readonly id: string;
  readonly hostname: string;
  readonly pid: number;
  readonly version: string;
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  /** Is its heartbeat younger than the lock time? */
  readonly alive: boolean;
  readonly activeRuns: number;
}

/**
 * Which workers are there, living ones first, then those heard of last; at most `limit`. Workers that signed off are not
 * among them. Counts runs among the oldest 100,000 unfinished ones. Index: job_runs_unfinished.
 */
export async function listWorkers(tx: EngineTx, page: { lockMs: number; limit: number }): Promise<WorkerRow[]> {
  return await tx.sql<WorkerRow[]>`
    with held as (
      select claimed_by, count(*)::int as runs
      from (select claimed_by from job_runs where finished_at is null order by id limit 100000) as unfinished
      where claimed_by is not null group by claimed_by
    )
    select w.id, w.hostname, w.pid, w.version, w.started_at as "startedAt", w.heartbeat_at as "heartbeatAt",
      w.heartbeat_at > now() - ${page.lockMs}::float8 * interval '1 millisecond' as alive,
      coalesce(h.runs, 0) as "activeRuns"
    from workers w left join held h on h.claimed_by = w.id
    order by alive desc, w.heartbeat_at desc, w.id limit ${page.limit}`;
}
