import { literal, numberLiteral, uuidsLiteral } from "../literal.ts";

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
  /** When it was first started, milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly queue: string;
  /** From when it could have started to its first start, milliseconds; null at later starts. */
  readonly waitedMs: number | null;
}

/**
 * The statement that takes those of the runs that are due, unfinished and not held by a live worker, for `workerId`.
 * A worker lives while its heartbeat is younger than `lockMs`. Answers ClaimedRun rows. Index: primary key; a HOT update.
 */
export function claimRunsStatement(claim: { runIds: readonly string[]; workerId: string; lockMs: number }): string {
  return `
    update job_runs r
    set state = 'started', claimed_by = ${literal(claim.workerId)}::uuid, starts = r.starts + 1,
      started_at = coalesce(r.started_at, now())
    where r.id = any (${uuidsLiteral(claim.runIds)}) and r.finished_at is null
      and r.run_at <= now() + interval '50 milliseconds'
      and (r.claimed_by is null or not exists (
        select from workers w
        where w.id = r.claimed_by and w.heartbeat_at > now() - ${numberLiteral(claim.lockMs)} * interval '1 millisecond'))
    returning r.id, r.tenant_id as "tenantId", r.job, r.created_by as "createdBy", r.input, r.starts,
      r.starts_forgiven as "startsForgiven", r.attempts,
      (extract(epoch from r.started_at) * 1000)::float8 as "startedAtMs", r.queue,
      case when r.starts = 1
        then (extract(epoch from r.started_at - greatest(r.created_at, r.run_at)) * 1000)::float8 end as "waitedMs"`;
}
