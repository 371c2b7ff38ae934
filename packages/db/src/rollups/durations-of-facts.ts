import { sketchBase } from "@deskpulse/domain/analytics/duration-sketch";
import { type SketchedKind, sketchedKinds } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { Fragment } from "../analytics/bucket-of.ts";
import type { TenantTx } from "../transaction.ts";
import { spanRows } from "./span-rows.ts";

/**
 * A query for what was measured in each of these spans, one row a span and kind, in the columns of rollup_days without
 * tenant and zone. What was measured nowhere has no row. Index: measurements_kind_at.
 */
export function durationsOfFacts(
  { sql, tenantId }: TenantTx,
  spans: readonly InstantRange[],
  kinds: readonly SketchedKind[] = sketchedKinds,
): Fragment {
  return sql`
    select kind as metric, starts_at, sum(n)::bigint as count, sum(sum_ms)::bigint as sum_ms, min(min_ms) as min_ms,
      max(max_ms) as max_ms, array_agg(key order by key) as sketch_keys, array_agg(n::int order by key) as sketch_counts
    from (
      select m.kind, span.starts_at,
        case when m.duration_ms = 0 then -1 else ceil(ln(m.duration_ms::float8) / ${Math.log(sketchBase)}::float8) end::smallint as key,
        count(*) as n, sum(m.duration_ms) as sum_ms, min(m.duration_ms) as min_ms, max(m.duration_ms) as max_ms
      from ${spanRows(sql, spans)}
      cross join unnest(${`{${kinds.join(",")}}`}::text[]) as each_kind
      cross join lateral (
        select m.kind, m.duration_ms from measurements m
        where m.tenant_id = ${tenantId} and m.kind = each_kind and m.at >= span.starts_at and m.at < span.ends_at offset 0) m
      group by 1, 2, 3
    ) classes
    group by 1, 2`;
}
