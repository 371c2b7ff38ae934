import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";

/**
 * How many resolutions were not their conversation's first in the range, and in each of its buckets? Taken from all
 * resolutions, that leaves the conversations. Index: measurements_repeated, which holds those few that have one before.
 * An empty tenant gets the range's row with 0.
 */
export async function countRepeatedResolutions(
  { sql, tenantId }: TenantTx,
  range: BucketedRange,
): Promise<Bucketed<{ repeated: number }>[]> {
  const before = sql`greatest(m.previous_at, ${new Date(range.fromMs)})`;
  return await sql<Bucketed<{ repeated: number }>[]>`
    select bucket, count(*)::int as repeated
    from (
      select ${bucketOf(sql, sql`m.at`, range)} as bucket, ${bucketOf(sql, before, range)} as bucket_before
      from measurements m
      where m.tenant_id = ${tenantId} and m.previous_at >= ${new Date(range.fromMs)} and ${within(sql, sql`m.at`, range)}
    ) found
    where bucket = bucket_before
    group by bucket
    union all
    select null, count(*)::int from measurements m
    where m.tenant_id = ${tenantId} and m.previous_at >= ${new Date(range.fromMs)} and ${within(sql, sql`m.at`, range)}`;
}
