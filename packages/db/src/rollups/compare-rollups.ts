import { dayMetrics, quarterMetrics, sketchedKinds } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { Fragment } from "../analytics/bucket-of.ts";
import type { TenantTx } from "../transaction.ts";
import { agentDaysOfFacts } from "./agent-days-of-facts.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { durationsOfFacts } from "./durations-of-facts.ts";
import { spanRows } from "./span-rows.ts";

/** A figure of a rollup that is not what the facts say; null where one of the two has no row of it. */
export interface RollupDifference {
  readonly rollup: "quarters" | "days" | "durations" | "agents";
  readonly startsAtMs: number;
  readonly userId: string | null;
  readonly metric: string;
  readonly rolledUp: number | null;
  readonly facts: number | null;
}

const agentMetrics = [
  "handled",
  "resolved",
  "reopened",
  "messages",
  "active_quarters",
  "first_responses",
  "first_response_ms",
  "replies",
  "reply_ms",
  "resolution_ms",
] as const;
const durationMetrics = ["count", "sum_ms", "min_ms", "max_ms"] as const;

/** Of one kind of rollup; a day that is wrong altogether has about thirty. */
const differencesMax = 10_000;

/**
 * What of these local days of the zone is rolled up otherwise than the facts say, 10,000 of each kind of rollup at most;
 * [] when all is equal. Days without a row have nothing of anything. To be asked within one snapshot, of days without
 * marks. Indexes: primary keys of the rollups, those of the queries of facts.
 */
export async function compareRollups(
  tx: TenantTx,
  days: readonly InstantRange[],
  zone: string,
): Promise<RollupDifference[]> {
  if (days.length === 0) return [];
  const { sql, tenantId } = tx;
  const ofDays = sql`r.tenant_id = ${tenantId} and r.zone = ${zone}
    and r.starts_at = any (${`{${days.map(({ fromMs }) => new Date(fromMs).toISOString()).join(",")}}`}::timestamptz[])`;
  const kept = (table: string): Fragment => sql`(select * from ${sql(table)} r where ${ofDays}) k`;
  const values = (metrics: readonly string[]): Fragment =>
    sql.unsafe(metrics.map((metric) => `('${metric}', k.${metric}::float8, f.${metric}::float8)`).join(", "));
  const columns = sql`coalesce(k.starts_at, f.starts_at) as at`;
  const differs = sql`coalesce(m.kept, 0) <> coalesce(m.facts, 0)`;

  const ofCounts = await sql<DifferenceRow[]>`
    select ${columns}, null::uuid as user_id, m.*
    from ${kept("rollup_day_counts")}
    full join (select starts_at, ${sql.unsafe(sumsOf(dayMetrics))} from (${countsOfFacts(tx, days, "span")}) as counts
      group by starts_at) f using (starts_at)
    cross join lateral (values ${values(dayMetrics)}) as m (metric, kept, facts)
    where ${differs} order by 1 limit ${differencesMax}`;
  const ofAgents = await sql<DifferenceRow[]>`
    select ${columns}, coalesce(k.user_id, f.user_id) as user_id, m.*
    from ${kept("rollup_agent_days")} full join (${agentDaysOfFacts(tx, days)}) f using (starts_at, user_id)
    cross join lateral (values ${values(agentMetrics)}) as m (metric, kept, facts)
    where ${differs} order by 1, 2 limit ${differencesMax}`;
  // the same durations in other classes differ as well
  const ofDurations = await sql<DifferenceRow[]>`
    select ${columns}, null::uuid as user_id, coalesce(k.metric, f.metric) || '.' || m.metric as metric, m.kept, m.facts
    from (select * from rollup_days r where ${ofDays} and r.metric in ${sql([...sketchedKinds])}) k
    full join (${durationsOfFacts(tx, days)}) f using (starts_at, metric)
    cross join lateral (values ${values(durationMetrics)},
      ('sketch', 0, (k.sketch_keys is distinct from f.sketch_keys or k.sketch_counts is distinct from f.sketch_counts)::int)
    ) as m (metric, kept, facts)
    where ${differs} order by 1, 3 limit ${differencesMax}`;
  // a midnight within a quarter leaves that quarter out
  const ofQuarters = await sql<DifferenceRow[]>`
    with spans as (select * from ${spanRows(sql, days)}),
    kept as (
      select r.starts_at + u.quarter * interval '15 minutes' as starts_at, ${sql.unsafe(quarterMetrics.map((metric) => `u.${metric}`).join(", "))}
      from rollup_quarters r
      cross join lateral unnest(r.quarters, ${sql.unsafe(quarterMetrics.map((metric) => `r.${metric}`).join(", "))})
        as u (quarter, ${sql.unsafe(quarterMetrics.join(", "))})
      where r.tenant_id = ${tenantId} and exists (
        select from spans s where r.starts_at < s.ends_at and r.starts_at + interval '24 hours' > s.starts_at)
    )
    select ${columns}, null::uuid as user_id, m.*
    from kept k
    full join (select starts_at, ${sql.unsafe(sumsOf())} from (${countsOfFacts(tx, days, "quarter")}) as counts
      group by starts_at) f using (starts_at)
    cross join lateral (values ${values(quarterMetrics)}) as m (metric, kept, facts)
    where ${differs} and exists (
      select from spans s where coalesce(k.starts_at, f.starts_at) >= s.starts_at
        and coalesce(k.starts_at, f.starts_at) + interval '15 minutes' <= s.ends_at)
    order by 1 limit ${differencesMax}`;
  return [
    ...ofQuarters.map(differenceOf("quarters")),
    ...ofCounts.map(differenceOf("days")),
    ...ofDurations.map(differenceOf("durations")),
    ...ofAgents.map(differenceOf("agents")),
  ];
}

interface DifferenceRow {
  readonly at: Date;
  readonly user_id: string | null;
  readonly metric: string;
  readonly kept: number | null;
  readonly facts: number | null;
}

const differenceOf =
  (rollup: RollupDifference["rollup"]) =>
  ({ at, user_id, metric, kept, facts }: DifferenceRow): RollupDifference => ({
    rollup,
    startsAtMs: at.getTime(),
    userId: user_id,
    metric,
    rolledUp: kept,
    facts,
  });
