import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters, localDays } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";

export interface DaysToCompare {
  readonly zone: string;
  readonly days: readonly InstantRange[];
}

const dayMs = 86_400_000;

/**
 * The local days to hold against the facts, at most `limit` for each zone that is rolled up: of a range, or of a sample
 * of what is rolled up with the last two days. A tenant that is not rolled up gives []. Indexes: primary keys of
 * rollup_zones and rollup_day_counts.
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
    if ("range" in chosen) {
      found.push({ zone, days: localDays(chosen.range, zone, limit).slice(0, limit) });
      continue;
    }
    const { sampleDays, nowMs } = chosen;
    const rows = await sql<{ at: Date }[]>`
      select starts_at as at from rollup_day_counts where tenant_id = ${tenantId} and zone = ${zone}
      order by random() limit ${sampleDays}`;
    const sample = [...rows.map(({ at }) => at.getTime()), nowMs - dayMs, nowMs];
    found.push({ zone, days: daysOfQuarters(sample, zone).slice(-limit) });
  }
  return found;
}
