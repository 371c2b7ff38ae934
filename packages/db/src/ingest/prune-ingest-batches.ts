import type { EngineTx } from "../transaction.ts";

/**
 * Deletes at most `limit` batches that ended and were received more than `days` ago, or that came before `beforeMs` and
 * whose run may be gone; returns how many. Index: ingest_batches_received.
 */
export async function pruneIngestBatches(
  { sql }: EngineTx,
  days: number,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { count } = await sql`
    delete from ingest_batches where (tenant_id, id) in (
      select tenant_id, id from ingest_batches
      where received_at < now() - ${days}::float8 * interval '1 day'
        and (ended_at is not null or received_at < to_timestamp(${beforeMs}::float8 / 1000))
      limit ${limit})`;
  return count;
}
