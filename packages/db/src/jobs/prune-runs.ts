import type { EngineTx } from "../transaction.ts";
import { lowestIdAt } from "./list-runs.ts";

/**
 * Deletes at most `limit` runs that were created before `beforeMs` and have ended, with their log lines; returns how
 * many. Index: primary key (ids are in order of creation), job_run_log_lines primary key for the cascade.
 */
export async function deleteEndedRuns(tx: EngineTx, beforeMs: number, limit: number): Promise<number> {
  const { count } = await tx.sql`
    delete from job_runs where id in (
      select id from job_runs
      where id < ${lowestIdAt(beforeMs)} and finished_at < to_timestamp(${beforeMs}::float8 / 1000)
      order by id limit ${limit} for update skip locked)`;
  return count;
}

/** Deletes at most `limit` idempotency keys older than `hours`; returns how many. Index: idempotency_keys_created. */
export async function deleteOldIdempotencyKeys(tx: EngineTx, hours: number, limit: number): Promise<number> {
  const { count } = await tx.sql`
    delete from idempotency_keys where ctid = any (array(
      select ctid from idempotency_keys where created_at < now() - ${hours}::float8 * interval '1 hour' limit ${limit}))`;
  return count;
}

/** Forgets workers that have been silent for `hours`; returns how many. A handful of rows, read whole. */
export async function deleteSilentWorkers(tx: EngineTx, hours: number): Promise<number> {
  const { count } = await tx.sql`delete from workers where heartbeat_at < now() - ${hours}::float8 * interval '1 hour'`;
  return count;
}
