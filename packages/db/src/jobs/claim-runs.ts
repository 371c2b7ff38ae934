import type { EngineTx } from "../transaction.ts";

export interface ClaimedRun {
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly createdBy: string;
  readonly input: unknown;
  /** This claim's fence: a finish that carries an older one is refused. */
  readonly starts: number;
  readonly startsForgiven: number;
  readonly attempts: number;
}

/**
 * Takes those of the runs that are due, unfinished and not held by a live worker, for `workerId`. A worker lives while
 * its heartbeat is younger than `lockMs`. Index: primary key; a HOT update. Engine: groups are of many tenants.
 */
export async function claimRuns(
  tx: EngineTx,
  claim: { runIds: readonly string[]; workerId: string; lockMs: number },
): Promise<ClaimedRun[]> {
  return await tx.sql<ClaimedRun[]>`
    update job_runs r
    set state = 'started', claimed_by = ${claim.workerId}, starts = r.starts + 1,
      started_at = coalesce(r.started_at, now())
    from unnest(${uuidArray(claim.runIds)}::text::uuid[]) as delivered(id)
    where r.id = delivered.id and r.finished_at is null and r.run_at <= now() + interval '50 milliseconds'
      and (r.claimed_by is null or not exists (
        select from workers w
        where w.id = r.claimed_by and w.heartbeat_at > now() - ${claim.lockMs}::float8 * interval '1 millisecond'))
    returning r.id, r.tenant_id as "tenantId", r.job, r.created_by as "createdBy", r.input, r.starts,
      r.starts_forgiven as "startsForgiven", r.attempts`;
}

/** UUIDs as an array literal: they need no quoting, and the driver then needs no array types from the catalog. */
export const uuidArray = (ids: readonly string[]): string => `{${ids.join(",")}}`;
