import { type BreakdownPlan, breakdownEntriesMax, type Dimension } from "@deskpulse/domain/analytics/breakdown";
import type { ReportFact } from "@deskpulse/domain/analytics/report-facts";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { type Fragment, within } from "./bucket-of.ts";
import { dimensionKey } from "./dimension-keys.ts";
import { factSource } from "./fact-sources.ts";
import { filterConditions } from "./filter-conditions.ts";

/**
 * Which values, or pairs of values, have facts of these kinds in the range? Those with the most facts of the first kind
 * come first, then by facts of all kinds, then by key; 500 at most, and how many more there are. Indexes: those of the
 * facts. An empty tenant gets no entries.
 */
export async function pickEntries(
  tx: TenantTx,
  dimensions: readonly Dimension[],
  facts: readonly ReportFact[],
  range: BucketedRange,
  filters: ReportFilters,
): Promise<BreakdownPlan> {
  const { sql } = tx;
  const counted = facts.map((fact, rank): Fragment => {
    const { from, where, at, columns } = factSource(tx, fact);
    const parts = dimensions.map((dimension) => dimensionKey(tx, columns, dimension));
    const joins = parts.reduce((joined, { join }) => sql`${joined} ${join}`, sql``);
    return sql`
      select ${rank}::int as rank, ${parts[0]?.key ?? sql`null`} as first_key,
        ${parts[1]?.key ?? sql`null::text`} as second_key, count(*) as facts
      from ${from} ${joins}
      where ${where} and ${within(sql, at, range)} ${filterConditions(tx, columns, filters)}
      group by 2, 3`;
  });
  const [first = sql``, ...others] = counted;
  const all = others.reduce((united, next) => sql`${united} union all ${next}`, first);
  const rows = await sql<{ first: string | null; second: string | null; found: number }[]>`
    select first_key as first, second_key as second, count(*) over ()::int as found
    from (${all}) counted
    group by first_key, second_key
    order by coalesce(sum(facts) filter (where rank = 0), 0) desc, sum(facts) desc,
      first_key collate "C" nulls last, second_key collate "C" nulls last
    limit ${breakdownEntriesMax}`;
  const keys = rows.map(({ first: key, second }) => (dimensions.length === 1 ? [key] : [key, second]));
  return { dimensions, keys, leftOut: (rows[0]?.found ?? 0) - rows.length };
}
