import { responseBoundsMs } from "@deskpulse/domain/analytics/response-classes";
import { quarterMetrics } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { Fragment } from "../analytics/bucket-of.ts";
import type { TenantTx } from "../transaction.ts";
import { spanRows } from "./span-rows.ts";

/**
 * A query for what happened in each of these spans: rows (starts_at, metric, n), a metric in several rows at times; what
 * happened nowhere has none. By `quarter` the rows are of quarter hours and have quarter metrics only. Indexes:
 * conversations_created, messages_at, measurements_kind_at, conversation_spans_started and _ended, surveys_sent and
 * _answered.
 */
export function countsOfFacts(tx: TenantTx, spans: readonly InstantRange[], by: "span" | "quarter"): Fragment {
  const { sql, tenantId } = tx;
  // offset 0: planned apart, each span goes to an index; else they would all go through one scan of the table
  const rows = spanRows(sql, spans);
  const start = (at: Fragment): Fragment =>
    by === "span" ? sql`span.starts_at` : sql`date_bin('15 minutes', ${at}, timestamptz 'epoch')`;
  const inSpan = (at: Fragment): Fragment => sql`${at} >= span.starts_at and ${at} < span.ends_at`;
  const standing = (at: Fragment, sign: Fragment): Fragment => sql`
    select ${start(at)}, standing.metric, ${sign} * count(*)
    from ${rows}
    cross join lateral (
      select s.* from conversation_spans s where s.tenant_id = ${tenantId} and ${inSpan(at)} offset 0) s
    cross join lateral (values
      ('open_net', s.status = 'open'), ('unattended_net', s.is_unattended),
      ('unassigned_net', s.status = 'open' and s.user_id is null)) as standing (metric, holds)
    where standing.holds group by 1, 2`;
  const measured =
    by === "quarter" ? sql`'{resolution,reopening}'` : sql`'{resolution,reopening,bot_resolution,handoff}'`;
  const counts = sql`
    select ${start(sql`c.created_at`)} as starts_at, 'created' as metric, count(*) as n
    from ${rows} cross join lateral (
      select c.created_at from conversations c where c.tenant_id = ${tenantId} and ${inSpan(sql`c.created_at`)} offset 0) c
    group by 1
    union all
    select ${start(sql`m.at`)},
      case when m.is_private then 'messages_private' when m.direction = 'in' then 'messages_in' else 'messages_out' end,
      count(*)
    from ${rows} cross join lateral (
      select m.at, m.is_private, m.direction from messages m where m.tenant_id = ${tenantId} and ${inSpan(sql`m.at`)} offset 0) m
    group by 1, 2
    union all
    select ${start(sql`m.at`)},
      case m.kind when 'resolution' then 'resolved' when 'reopening' then 'reopened'
        when 'handoff' then 'handoffs' else 'bot_resolved' end,
      count(*)
    from ${rows}
    cross join unnest(${measured}::text[]) as each_kind
    cross join lateral (
      select m.at, m.kind from measurements m where m.tenant_id = ${tenantId} and m.kind = each_kind and ${inSpan(sql`m.at`)} offset 0) m
    group by 1, 2
    union all ${standing(sql`s.started_at`, sql`1`)}
    union all ${standing(sql`s.ended_at`, sql`-1`)}`;
  if (by === "quarter") return counts;
  return sql`${counts}
    union all
    select span.starts_at, 'one_touch', count(*)
    from ${rows} cross join lateral (
      select m.at from measurements m where m.tenant_id = ${tenantId} and m.kind = 'resolution' and m.answers = 1
        and ${inSpan(sql`m.at`)} offset 0) m
    group by 1
    union all
    select span.starts_at, 'first_response_' || 1 + width_bucket(m.duration_ms, ${`{${responseBoundsMs.join(",")}}`}::bigint[]),
      count(*)
    from ${rows} cross join lateral (
      select m.duration_ms from measurements m where m.tenant_id = ${tenantId} and m.kind = 'first_response'
        and ${inSpan(sql`m.at`)} offset 0) m
    group by 1, 2
    union all
    select span.starts_at, asked.metric, count(*)
    from ${rows} cross join lateral (
      select s.answered_at from surveys s where s.tenant_id = ${tenantId} and ${inSpan(sql`s.sent_at`)} offset 0) s
    cross join lateral (values ('surveys_sent', true), ('surveys_answered', s.answered_at is not null)) as asked (metric, holds)
    where asked.holds group by 1, 2
    union all
    select span.starts_at, 'rating_' || s.rating, count(*)
    from ${rows} cross join lateral (
      select s.rating from surveys s where s.tenant_id = ${tenantId} and ${inSpan(sql`s.answered_at`)} offset 0) s
    group by 1, 2`;
}

/** `sum(n) filter (...)` for each metric, in the order given: turns rows of countsOfFacts into columns. */
export const sumsOf = (metrics: readonly string[] = quarterMetrics): string =>
  metrics.map((metric) => `coalesce(sum(n) filter (where metric = '${metric}'), 0)::int as ${metric}`).join(", ");
