import type { Database } from "@deskpulse/db/connect";

export interface Question {
  readonly tenant: string;
  readonly from: Date;
  readonly to: Date;
  readonly timezone: string;
  readonly groupBy: string;
  /** SQL over `facts`. */
  readonly where?: string;
}

export interface ExpectedFigures {
  readonly count: number;
  readonly conversations: number;
  readonly averageSeconds: number | null;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
  readonly p95Seconds: number | null;
  readonly p99Seconds: number | null;
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
}

export const nothing: ExpectedFigures = {
  count: 0,
  conversations: 0,
  averageSeconds: null,
  medianSeconds: null,
  p90Seconds: null,
  p95Seconds: null,
  p99Seconds: null,
  minSeconds: null,
  maxSeconds: null,
};

const figures = `count(*)::int as count, count(distinct conversation)::int as conversations,
  avg(ms)::float8 / 1000 as "averageSeconds",
  percentile_cont(0.5) within group (order by ms) / 1000 as "medianSeconds",
  percentile_cont(0.9) within group (order by ms) / 1000 as "p90Seconds",
  percentile_cont(0.95) within group (order by ms) / 1000 as "p95Seconds",
  percentile_cont(0.99) within group (order by ms) / 1000 as "p99Seconds",
  min(ms)::float8 / 1000 as "minSeconds", max(ms)::float8 / 1000 as "maxSeconds"`;

/** The facts' figures by kind, in the whole range and by Postgres' own local buckets (epoch milliseconds). */
export async function expectedFigures({ sql }: Database, question: Question) {
  const { tenant, from, to, timezone, groupBy, where = "true" } = question;
  const facts = sql`facts where tenant = ${tenant} and at >= ${from} and at < ${to} and (${sql.unsafe(where)})`;
  type Row = ExpectedFigures & { kind: string; start: Date };
  const totals = await sql<Row[]>`select kind, ${sql.unsafe(figures)} from ${facts} group by kind`;
  const points = await sql<Row[]>`
    select kind, date_trunc(${groupBy}, at, ${timezone}) as start, ${sql.unsafe(figures)} from ${facts} group by 1, 2`;
  return {
    total: (kind: string) => plain(totals.find((row) => row.kind === kind)),
    point: (kind: string, startMs: number) =>
      plain(points.find((row) => row.kind === kind && row.start.getTime() === startMs)),
  };
}

function plain(row: (ExpectedFigures & { kind?: string; start?: Date }) | undefined): ExpectedFigures {
  if (row === undefined) return nothing;
  const { kind: _kind, start: _start, ...rest } = row;
  return rest;
}

/** How Postgres names the buckets in which these instants lie, epoch milliseconds. */
export async function truncated(
  { sql }: Database,
  instants: readonly string[],
  { groupBy, timezone }: Pick<Question, "groupBy" | "timezone">,
): Promise<number[]> {
  const rows = await sql<{ start: Date }[]>`
    select date_trunc(${groupBy}, at, ${timezone}) as start
    from unnest(${`{${instants.join(",")}}`}::timestamptz[]) with ordinality as given (at, position) order by position`;
  return rows.map(({ start }) => start.getTime());
}

/** Every bucket of the range, also the empty ones: those of its quarters of an hour. */
export async function bucketsBetween(
  { sql }: Database,
  { from, to, timezone, groupBy }: Omit<Question, "tenant">,
): Promise<number[]> {
  const rows = await sql<{ start: Date }[]>`
    select distinct date_trunc(${groupBy}, at, ${timezone}) as start
    from generate_series(${from}::timestamptz, ${to}::timestamptz - interval '1 millisecond', interval '15 minutes') at
    order by 1`;
  return rows.map(({ start }) => start.getTime());
}
