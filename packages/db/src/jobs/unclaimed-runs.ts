import type { EngineTx } from "../transaction.ts";

export interface UnclaimedRun {
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly queue: string;
  readonly input: unknown;
  readonly handover: number;
  readonly priority: number;
}

/**
 * Runs that should be with BullMQ by now: unfinished, due for `graceMs`, held by no live worker. In order of id, after
 * `afterId`, at most `limit`; none when all is in hand. Index: job_runs_unfinished.
 */
export async function unclaimedRuns(
  tx: EngineTx,
  page: { afterId: string; limit: number; graceMs: number; lockMs: number },
): Promise<UnclaimedRun[]> {
  return await tx.sql<UnclaimedRun[]>`
    select r.id, r.tenant_id as "tenantId", r.job, r.queue, r.input, r.handover, r.priority from job_runs r
    where r.finished_at is null and r.id > ${page.afterId}
      and r.run_at < now() - ${page.graceMs}::float8 * interval '1 millisecond'
      and (r.claimed_by is null or not exists (
        select from workers w
        where w.id = r.claimed_by and w.heartbeat_at > now() - ${page.lockMs}::float8 * interval '1 millisecond'))
    order by r.id limit ${page.limit}`;
}
