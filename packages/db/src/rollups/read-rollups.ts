import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { CountCell, DurationCell, RollupCells } from "@deskpulse/domain/analytics/rollup-cells";
import {
  type DayMetric,
  dayMetrics,
  type SketchedKind,
  sketchedKinds,
} from "@deskpulse/domain/analytics/rollup-metrics";
import type { TransactionSql } from "postgres";
import type { TenantTx } from "../transaction.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { durationsOfFacts } from "./durations-of-facts.ts";
import { factSpans } from "./fact-spans.ts";

type CountRow = { starts_at: Date } & Record<DayMetric, number>;

interface DurationRow {
  metric: SketchedKind;
  starts_at: Date;
  count: number;
  sum_ms: number;
  min_ms: number;
  max_ms: number;
  sketch_keys: string;
  sketch_counts: string;
}

export interface ReadRollups extends RollupCells {
  /** Were days at the range's ends, or days that changed just now, taken from the facts? */
  readonly withFacts: boolean;
}

/**
 * What was counted and measured in the range, as cells that lie each within one local day of the zone: from
 * rollup_day_counts and rollup_days, and from the facts where a day is marked as changed or only in part within the range, so the cells equal the facts of
 * this snapshot (call it in REPEATABLE READ). Null when rollups do not pay or do not serve: another zone, too many
 * marked days, over ten years. Indexes: primary keys of the rollup tables. Of an empty tenant: no cells.
 */
export async function readRollups(tx: TenantTx, range: BucketedRange, zone: string): Promise<ReadRollups | null> {
  const { sql, tenantId } = tx;
  const spans = await factSpans(tx, range, zone);
  if (spans === null) return null;
  const fromFacts = new Set(spans.map(({ fromMs }) => fromMs));
  const kept = <Row extends { starts_at: Date }>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => !fromFacts.has(row.starts_at.getTime()));
  const inRange = sql`tenant_id = ${tenantId} and zone = ${zone}
    and starts_at >= ${new Date(range.fromMs)} and starts_at < ${new Date(range.toMs)}`;
  const counts = kept(
    await sql<
      CountRow[]
    >`select starts_at, ${sql.unsafe(dayMetrics.join(", "))} from rollup_day_counts where ${inRange}`,
  );
  const durations = kept(
    await sql<DurationRow[]>`
      select ${durationColumns(sql)} from rollup_days
      where ${inRange} and metric = any (${`{${sketchedKinds.join(",")}}`}::text[])`,
  );
  if (spans.length > 0) {
    counts.push(
      ...(await sql<CountRow[]>`
        select starts_at, ${sql.unsafe(sumsOf(dayMetrics))} from (${countsOfFacts(tx, spans, "span")}) as counts group by 1`),
    );
    durations.push(
      ...(await sql<DurationRow[]>`select ${durationColumns(sql)} from (${durationsOfFacts(tx, spans)}) as durations`),
    );
  }
  return { counts: counts.map(countCell), durations: durations.map(durationCell), withFacts: spans.length > 0 };
}

const durationColumns = (
  sql: TransactionSql,
) => sql`metric, starts_at, count::float8 as count, sum_ms::float8 as sum_ms,
  min_ms::float8 as min_ms, max_ms::float8 as max_ms, sketch_keys::text as sketch_keys,
  sketch_counts::text as sketch_counts`;

const countCell = ({ starts_at, ...counts }: CountRow): CountCell => ({ startsAtMs: starts_at.getTime(), counts });

const durationCell = ({ metric, starts_at, count, ...row }: DurationRow): DurationCell => ({
  metric,
  startsAtMs: starts_at.getTime(),
  count,
  sumMs: row.sum_ms,
  minMs: row.min_ms,
  maxMs: row.max_ms,
  sketchKeys: numbers(row.sketch_keys),
  sketchCounts: numbers(row.sketch_counts),
});

/** The numbers of an array that Postgres wrote as text: "{1,2}". */
const numbers = (text: string): number[] => (text === "{}" ? [] : text.slice(1, -1).split(",").map(Number));
