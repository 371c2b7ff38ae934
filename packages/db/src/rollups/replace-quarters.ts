import { quarterMetrics } from "@deskpulse/domain/analytics/rollup-metrics";
import type { TenantTx } from "../transaction.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { joinedQuarters } from "./joined-quarters.ts";

const dayMs = 86_400_000;
/** Quarters that one statement counts: ten days, when they follow each other. */
const quartersPerStatement = 1_000;

/**
 * Counts these quarter hours (their first instants) anew and puts them in the place of what rollup_quarters has of them;
 * the other quarters of their days stay. None does nothing. Indexes: primary key, those of countsOfFacts.
 */
export async function replaceQuarters(tx: TenantTx, startsMs: readonly number[]): Promise<void> {
  const ordered = [...new Set(startsMs)].sort((a, b) => a - b);
  for (let from = 0; from < ordered.length; from += quartersPerStatement) {
    await replaceSome(tx, ordered.slice(from, from + quartersPerStatement));
  }
}

async function replaceSome(tx: TenantTx, quarters: readonly number[]): Promise<void> {
  const { sql, tenantId } = tx;
  const times = (ms: readonly number[]): string => `{${ms.map((at) => new Date(at).toISOString()).join(",")}}`;
  const counted = times(quarters);
  const days = times([...new Set(quarters.map((at) => Math.floor(at / dayMs) * dayMs))]);
  const columns = quarterMetrics.join(", ");
  const list = (value: string): string =>
    `coalesce(array_agg(${value} order by placed.starts_at) filter (where placed.starts_at is not null), '{}')`;
  const arrays = quarterMetrics.map((metric) => list(`placed.${metric}`)).join(", ");
  const unnested = quarterMetrics.map((metric) => `r.${metric}`).join(", ");
  // a day that has nothing any more keeps an empty row
  await sql`
    with kept as (
      select r.starts_at + u.quarter * interval '15 minutes' as starts_at, ${sql.unsafe(quarterMetrics.map((metric) => `u.${metric}`).join(", "))}
      from rollup_quarters r
      cross join lateral unnest(r.quarters, ${sql.unsafe(unnested)}) as u (quarter, ${sql.unsafe(columns)})
      where r.tenant_id = ${tenantId} and r.starts_at = any (${days}::timestamptz[])
    ), placed as (
      select * from kept where starts_at <> all (${counted}::timestamptz[])
      union all
      select starts_at, ${sql.unsafe(sumsOf())} from (${countsOfFacts(tx, joinedQuarters(quarters), "quarter")}) as counts group by 1
    )
    insert into rollup_quarters (tenant_id, starts_at, quarters, ${sql.unsafe(columns)})
    select ${tenantId}::uuid, day,
      ${sql.unsafe(list("(extract(epoch from placed.starts_at - day) / 900)::smallint"))}, ${sql.unsafe(arrays)}
    from unnest(${days}::timestamptz[]) as day
    left join placed on placed.starts_at >= day and placed.starts_at < day + interval '24 hours'
    group by day
    on conflict (tenant_id, starts_at) do update set quarters = excluded.quarters,
      ${sql.unsafe(quarterMetrics.map((metric) => `${metric} = excluded.${metric}`).join(", "))}`;
}
