import type { ResolutionsMeasured } from "@deskpulse/domain/analytics/automation-figures";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

/**
 * How often was a conversation resolved, without any answer of a person, by a bot, and how often handed over by one, in
 * the range and in each of its buckets? Credited to the assignee of that time. Index: measurements_kind_at. An empty
 * tenant gets the range's row with zeros.
 */
export async function countUnansweredResolutions(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<Bucketed<ResolutionsMeasured>[]> {
  const { sql, tenantId } = tx;
  const at = sql`m.at`;
  return await sql<Bucketed<ResolutionsMeasured>[]>`
    select bucket, count(*) filter (where kind = 'resolution')::int as resolved,
      count(*) filter (where kind = 'resolution' and answers = 0)::int as "withoutAnswer",
      count(*) filter (where kind = 'bot_resolution')::int as "botResolved",
      count(*) filter (where kind = 'handoff')::int as handoffs
    from (
      select ${bucketOf(sql, at, range)} as bucket, m.kind, m.answers from measurements m
      where m.tenant_id = ${tenantId} and m.kind in ('resolution', 'bot_resolution', 'handoff')
        and ${within(sql, at, range)} ${filterConditions(tx, measurementColumns(sql), filters)}
    ) found
    group by grouping sets ((), (bucket))`;
}
