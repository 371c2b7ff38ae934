import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters, localDays, quarterMs } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";

/** More days than that from the facts cost as much as the report without rollups. */
const factDaysMax = 14;
const marksMax = 2_000;
/** Ten years: what the buckets of a report may span is far more, and nobody's data is. */
const daysMax = 3_660;

/**
 * What of the range must come from the facts when days rolled up in the zone answer the rest: days that it cuts, and
 * days that are marked as changed. Null when rollups do not pay or do not serve: another zone, too many marked days, over
 * ten years. Indexes: primary keys of rollup_zones and rollup_marks.
 */
export async function factSpans(
  { sql, tenantId }: TenantTx,
  range: InstantRange,
  zone: string,
): Promise<InstantRange[] | null> {
  const days = localDays(range, zone, daysMax);
  if (days.length > daysMax) return null;
  const [served] = await sql`select from rollup_zones where tenant_id = ${tenantId} and zone = ${zone}`;
  if (served === undefined) return null;
  const marks = await sql<{ at: Date }[]>`
    select distinct starts_at as at from rollup_marks
    where tenant_id = ${tenantId} and (zone is null or zone = ${zone})
      and starts_at > ${new Date(range.fromMs - quarterMs)} and starts_at < ${new Date(range.toMs)}
    limit ${marksMax}`;
  if (marks.length === marksMax) return null;
  const marked = daysOfQuarters(
    marks.map(({ at }) => at.getTime()),
    zone,
  );
  const changed = new Set(marked.map(({ fromMs }) => fromMs));
  const spans = days
    .filter(({ fromMs, toMs }) => changed.has(fromMs) || fromMs < range.fromMs || toMs > range.toMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) }));
  return spans.length > factDaysMax ? null : spans;
}
