import type { DurationClock } from "@deskpulse/domain/analytics/duration-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { durationColumn } from "./duration-columns.ts";
import { filterConditions } from "./filter-conditions.ts";
import { measurementColumns } from "./filtered-columns.ts";

interface ResponseClassCount {
  /** 0 below the first bound, then 1 from it on, and so forth. */
  readonly index: number;
  readonly count: number;
}

/**
 * How many first responses of the range lie between which bounds (milliseconds ascending)? Index:
 * measurements_kind_at. Classes without a response are missing, so an empty tenant gets no rows.
 */
export async function classifyFirstResponses(
  tx: TenantTx,
  boundsMs: readonly number[],
  range: BucketedRange,
  filters: ReportFilters,
  clock: DurationClock = "wall",
): Promise<ResponseClassCount[]> {
  const { sql, tenantId } = tx;
  const ms = durationColumn(sql, clock);
  return await sql<ResponseClassCount[]>`
    select width_bucket(${ms}, ${`{${boundsMs.join(",")}}`}::bigint[]) as index, count(*)::int as count
    from measurements m
    where m.tenant_id = ${tenantId} and m.kind = 'first_response' and ${within(sql, sql`m.at`, range)}
      ${clock === "wall" ? sql`` : sql`and ${ms} is not null`} ${filterConditions(tx, measurementColumns(sql), filters)}
    group by 1`;
}
