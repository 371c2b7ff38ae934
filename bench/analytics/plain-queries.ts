import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import type { Sql } from "postgres";

interface Question {
  readonly tenantId: string;
  readonly zone: string;
  readonly from: Date;
  readonly to: Date;
}

/** One question, answered by the reports' code and by SQL that people would write; both give the same number. */
export interface PlainQuery {
  readonly name: string;
  readonly ours: (queries: RangeQueries) => Promise<number>;
  readonly plain: (sql: Sql, question: Question) => Promise<number>;
}

const sum = <Row>(rows: readonly Row[], value: (row: Row) => number): number =>
  rows.reduce((total, row) => total + value(row), 0);
/** Of a series: what its buckets add up to. */
const inBuckets = <Row extends { readonly bucket: number | null }>(rows: readonly Row[], value: (row: Row) => number) =>
  sum(
    rows.filter(({ bucket }) => bucket !== null),
    value,
  );
const agentsMax = 500;

export const plainQueries: readonly PlainQuery[] = [
  {
    name: "conversations by day",
    ours: async (queries) => inBuckets(await queries.created(), ({ created }) => created),
    plain: async (sql, { tenantId, zone, from, to }) =>
      sum(
        await sql<{ n: number }[]>`
          select date_trunc('day', created_at, ${zone}) as day, count(*)::int as n from conversations
          where tenant_id = ${tenantId} and created_at >= ${from} and created_at < ${to} group by 1 order by 1`,
        ({ n }) => n,
      ),
  },
  {
    name: "messages by day",
    ours: async (queries) =>
      inBuckets(await queries.messages(), ({ messagesIn, messagesOut }) => messagesIn + 2 * messagesOut),
    plain: async (sql, { tenantId, zone, from, to }) =>
      sum(
        await sql<{ i: number; o: number }[]>`
          select date_trunc('day', at, ${zone}) as day, count(*) filter (where direction = 'in')::int as i,
            count(*) filter (where direction = 'out')::int as o
          from messages
          where tenant_id = ${tenantId} and at >= ${from} and at < ${to} and not is_private group by 1 order by 1`,
        ({ i, o }) => i + 2 * o,
      ),
  },
  {
    name: "first response by day",
    // averages are exact, percentiles within 2 %
    ours: async (queries) =>
      inBuckets(await queries.durations("first_response"), ({ count, averageMs }) => Math.round(count * averageMs)),
    plain: async (sql, { tenantId, zone, from, to }) =>
      sum(
        await sql<{ count: number; average: number }[]>`
          select date_trunc('day', at, ${zone}) as day, count(*)::int as count, avg(duration_ms)::float8 as average,
            percentile_cont(array[0.5, 0.9]) within group (order by duration_ms) as percentiles
          from measurements
          where tenant_id = ${tenantId} and kind = 'first_response' and at >= ${from} and at < ${to} group by 1 order by 1`,
        ({ count, average }) => Math.round(count * average),
      ),
  },
  {
    name: "agents",
    ours: async (queries) => {
      const { agents } = await queries.agents(agentsMax);
      return sum(agents, (agent) => agent.resolved + 2 * agent.firstResponses + 3 * agent.messages);
    },
    plain: async (sql, { tenantId, from, to }) =>
      sum(
        await sql<{ resolved: number; firsts: number; messages: number }[]>`
          with measured as (
            select user_id, count(*) filter (where kind = 'resolution') as resolved,
              count(*) filter (where kind = 'first_response') as firsts,
              avg(duration_ms) filter (where kind = 'first_response') as first_ms,
              avg(duration_ms) filter (where kind = 'reply_time') as reply_ms,
              avg(duration_ms) filter (where kind = 'resolution') as resolution_ms
            from measurements
            where tenant_id = ${tenantId} and kind in ('first_response', 'reply_time', 'resolution')
              and at >= ${from} and at < ${to} and user_id is not null
            group by 1
          ), written as (
            select sender_id as user_id, count(*) filter (where not is_private) as messages,
              count(distinct date_bin('15 minutes', at, timestamptz 'epoch')) as quarters
            from messages
            where tenant_id = ${tenantId} and at >= ${from} and at < ${to} and sender_id is not null
            group by 1
          )
          select user_id, coalesce(resolved, 0)::int as resolved, coalesce(firsts, 0)::int as firsts,
            coalesce(messages, 0)::int as messages, first_ms, reply_ms, resolution_ms, quarters
          from measured full join written using (user_id)`,
        ({ resolved, firsts, messages }) => resolved + 2 * firsts + 3 * messages,
      ),
  },
  {
    name: "heatmap of messages",
    ours: async (queries) => hourSum(await queries.hoursOfWeek(), "messagesIn"),
    plain: async (sql, { tenantId, zone, from, to }) =>
      sum(
        await sql<{ day: number; hour: number; n: number }[]>`
          select extract(isodow from at at time zone ${zone})::int as day, extract(hour from at at time zone ${zone})::int as hour,
            count(*)::int as n
          from messages
          where tenant_id = ${tenantId} and at >= ${from} and at < ${to} and direction = 'in' and not is_private
          group by 1, 2`,
        ({ day, hour, n }) => ((day - 1) * 24 + hour) * n,
      ),
  },
  {
    name: "heatmap of conversations",
    ours: async (queries) => hourSum(await queries.hoursOfWeek(), "created"),
    plain: async (sql, { tenantId, zone, from, to }) =>
      sum(
        await sql<{ day: number; hour: number; n: number }[]>`
          select extract(isodow from created_at at time zone ${zone})::int as day,
            extract(hour from created_at at time zone ${zone})::int as hour, count(*)::int as n
          from conversations where tenant_id = ${tenantId} and created_at >= ${from} and created_at < ${to} group by 1, 2`,
        ({ day, hour, n }) => ((day - 1) * 24 + hour) * n,
      ),
  },
  {
    name: "ratings",
    ours: async (queries) => {
      const counts = (await queries.ratings()).find(({ bucket }) => bucket === null)?.counts ?? [];
      return sum([...counts.entries()], ([index, count]) => (index + 1) * count);
    },
    plain: async (sql, { tenantId, from, to }) =>
      sum(
        await sql<{ rating: number; n: number }[]>`
          select rating, count(*)::int as n from surveys
          where tenant_id = ${tenantId} and answered_at >= ${from} and answered_at < ${to} group by 1`,
        ({ rating, n }) => rating * n,
      ),
  },
];

const hourSum = (
  counts: readonly { readonly metric: string; readonly hour: number; readonly count: number }[],
  wanted: string,
): number =>
  sum(
    counts.filter(({ metric }) => metric === wanted),
    ({ hour, count }) => hour * count,
  );
