import type { EngineTx } from "../transaction.ts";

/**
 * Deletes at most `limit` received batches of a tenant that were taken in: they hold what was sent, as it was sent.
 * Returns how many. Index: primary key.
 */
export async function deleteTakenBatches({ sql }: EngineTx, tenantId: string, limit: number): Promise<number> {
  const { count } = await sql`
    delete from ingest_batches where (tenant_id, id) in (
      select tenant_id, id from ingest_batches
      where tenant_id = ${tenantId} and ended_at is not null order by id limit ${limit})`;
  return count;
}

/**
 * Deletes at most `limit` ended runs of a tenant's job (null: of all its jobs), with their log lines: their results quote
 * what people wrote. Returns how many. Index: job_runs_tenant.
 */
export async function deleteEndedRunsOf(
  { sql }: EngineTx,
  tenantId: string,
  job: string | null,
  limit: number,
): Promise<number> {
  const { count } = await sql`
    delete from job_runs where id in (
      select id from job_runs where tenant_id = ${tenantId} ${job === null ? sql`` : sql`and job = ${job}`} and finished_at is not null
      order by id limit ${limit} for update skip locked)`;
  return count;
}
