import { sketchBase } from "@deskpulse/domain/analytics/duration-sketch";
import { measurementKinds } from "@deskpulse/domain/ingest/folded";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { Fragment } from "../analytics/bucket-of.ts";
import type { TenantTx } from "../transaction.ts";

const isoTimes = (times: readonly number[]): string => `{${times.map((ms) => new Date(ms).toISOString()).join(",")}}`;

/**
 * A query for what was counted and measured in each of these spans, one row a span and metric, in the columns of
 * rollup_days without tenant and zone. What happened nowhere has no row. Indexes: conversations_created, messages_at,
 * measurements_kind_at.
 */
export function cellsOfFacts({ sql, tenantId }: TenantTx, spans: readonly InstantRange[]): Fragment {
  const spanRows = sql`unnest(${isoTimes(spans.map(({ fromMs }) => fromMs))}::timestamptz[],
    ${isoTimes(spans.map(({ toMs }) => toMs))}::timestamptz[]) as span (starts_at, ends_at)`;
  return sql`
    select 'created' as metric, span.starts_at, count(*) as count, null::bigint as sum_ms, null::bigint as min_ms,
      null::bigint as max_ms, null::smallint[] as sketch_keys, null::int[] as sketch_counts
    from ${spanRows}
    join conversations c on c.tenant_id = ${tenantId} and c.created_at >= span.starts_at and c.created_at < span.ends_at
    group by 1, 2
    union all
    select case when m.is_private then 'messages_private' when m.direction = 'in' then 'messages_in' else 'messages_out' end,
      span.starts_at, count(*), null, null, null, null, null
    from ${spanRows}
    join messages m on m.tenant_id = ${tenantId} and m.at >= span.starts_at and m.at < span.ends_at
    group by 1, 2
    union all
    select kind, starts_at, sum(n)::bigint, sum(sum_ms)::bigint, min(min_ms), max(max_ms),
      array_agg(key order by key), array_agg(n::int order by key)
    from (
      select m.kind, span.starts_at,
        case when m.duration_ms = 0 then -1 else ceil(ln(m.duration_ms::float8) / ${Math.log(sketchBase)}::float8) end::smallint as key,
        count(*) as n, sum(m.duration_ms) as sum_ms, min(m.duration_ms) as min_ms, max(m.duration_ms) as max_ms
      from ${spanRows}
      cross join unnest(${`{${measurementKinds.join(",")}}`}::text[]) as each_kind
      join measurements m on m.tenant_id = ${tenantId} and m.kind = each_kind and m.at >= span.starts_at and m.at < span.ends_at
      group by 1, 2, 3
    ) classes
    group by 1, 2`;
}
