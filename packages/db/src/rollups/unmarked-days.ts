import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters, quarterMs } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";

/**
 * Which of these local days of the zone, in order, have no mark, so that reports take them from rollups? Index: primary
 * key of rollup_marks. None gives none.
 */
export async function unmarkedDays(
  { sql, tenantId }: TenantTx,
  days: readonly InstantRange[],
  zone: string,
): Promise<InstantRange[]> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  // a mark is of a quarter hour: no more of them are distinct than the days have
  const marks = await sql<{ at: Date }[]>`
    select distinct starts_at as at from rollup_marks
    where tenant_id = ${tenantId} and (zone is null or zone = ${zone})
      and starts_at > ${new Date(first.fromMs - quarterMs)} and starts_at < ${new Date(last.toMs)}`;
  const marked = daysOfQuarters(
    marks.map(({ at }) => at.getTime()),
    zone,
  );
  const changed = new Set(marked.map(({ fromMs }) => fromMs));
  return days.filter(({ fromMs }) => !changed.has(fromMs));
}
