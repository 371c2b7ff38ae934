import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters, localDays } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";

export interface DaysToCompare {
  readonly zone: string;
  readonly days: readonly InstantRange[];
  /** Days of the choice that are marked, and so not answered by rollups. */
  readonly marked: number;
}

const marksMax = 100_000;
const dayMs = 86_400_000;

/**
 * The local days to hold against the facts, for each zone that is rolled up: of a range, or of a sample of what is rolled
 * up with the last two days; days with marks left out. A tenant that is not rolled up gives []. With more than 100,000
 * marks everything counts as marked. Indexes: primary keys of rollup_zones, rollup_marks and rollup_day_counts.
 */
export async function daysToCompare(
  { sql, tenantId }: TenantTx,
  chosen: { readonly range: InstantRange } | { readonly sampleDays: number; readonly nowMs: number },
  limit: number,
): Promise<DaysToCompare[]> {
  const zones = await sql<
    { zone: string }[]
  >`select zone from rollup_zones where tenant_id = ${tenantId} order by zone`;
  const found: DaysToCompare[] = [];
  for (const { zone } of zones) {
    const days = "range" in chosen ? localDays(chosen.range, zone, limit).slice(0, limit) : await sampled(zone, chosen);
    const marks = await sql<{ at: Date }[]>`
      select distinct starts_at as at from rollup_marks
      where tenant_id = ${tenantId} and (zone is null or zone = ${zone}) limit ${marksMax}`;
    const marked = daysOfQuarters(
      marks.map(({ at }) => at.getTime()),
      zone,
    );
    const changed = new Set(marked.map(({ fromMs }) => fromMs));
    const unmarked = marks.length === marksMax ? [] : days.filter(({ fromMs }) => !changed.has(fromMs));
    found.push({ zone, days: unmarked, marked: days.length - unmarked.length });
  }
  return found;

  async function sampled(
    zone: string,
    { sampleDays, nowMs }: { readonly sampleDays: number; readonly nowMs: number },
  ): Promise<InstantRange[]> {
    const rows = await sql<{ at: Date }[]>`
      select starts_at as at from rollup_day_counts where tenant_id = ${tenantId} and zone = ${zone}
      order by random() limit ${sampleDays}`;
    return daysOfQuarters([...rows.map(({ at }) => at.getTime()), nowMs - dayMs, nowMs], zone).slice(-limit);
  }
}
