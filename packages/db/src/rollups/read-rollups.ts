import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import {
  type CountCell,
  countedMetrics,
  type DurationCell,
  type RollupCells,
} from "@deskpulse/domain/analytics/rollup-cells";
import { measurementKinds } from "@deskpulse/domain/ingest/folded";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters, localDays, quarterMs } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";
import { cellsOfFacts } from "./cells-of-facts.ts";

/** More days than that from the facts cost as much as the report without rollups. */
const factDaysMax = 14;
const marksMax = 2_000;
/** Ten years: what the buckets of a report may span is far more, and nobody's data is. */
const daysMax = 3_660;

interface CellRow {
  metric: CountCell["metric"] | DurationCell["metric"];
  starts_at: Date;
  count: number;
  sum_ms: number | null;
  min_ms: number | null;
  max_ms: number | null;
  sketch_keys: string | null;
  sketch_counts: string | null;
}

export interface ReadRollups extends RollupCells {
  /** Were days at the range's ends, or days that changed just now, taken from the facts? */
  readonly withFacts: boolean;
}

/**
 * What was counted and measured in the range, as cells that lie each within one local day of the zone: from rollup_days,
 * and from the facts where a day is marked as changed or only in part within the range, so the cells equal the facts of
 * this snapshot (call it in REPEATABLE READ). Null when rollups do not pay or do not serve: another zone, too many
 * marked days, over ten years. Indexes: primary keys of rollup_days, rollup_marks, rollup_zones. Of an empty tenant: no cells.
 */
export async function readRollups(tx: TenantTx, range: BucketedRange, zone: string): Promise<ReadRollups | null> {
  const { sql, tenantId } = tx;
  const days = localDays(range, zone, daysMax);
  if (days.length > daysMax) return null;
  const [served] = await sql`select from rollup_zones where tenant_id = ${tenantId} and zone = ${zone}`;
  if (served === undefined) return null;
  const marks = await sql<{ at: Date }[]>`
    select distinct starts_at as at from rollup_marks
    where tenant_id = ${tenantId} and (zone is null or zone = ${zone})
      and starts_at > ${new Date(range.fromMs - quarterMs)} and starts_at < ${new Date(range.toMs)}
    limit ${marksMax}`;
  if (marks.length === marksMax) return null;
  const marked = daysOfQuarters(
    marks.map(({ at }) => at.getTime()),
    zone,
  );
  const spans = factSpans(range, days, marked);
  if (spans.length > factDaysMax) return null;
  const rolled = await sql<CellRow[]>`
    select metric, starts_at, count::float8 as count, sum_ms::float8 as sum_ms, min_ms::float8 as min_ms,
      max_ms::float8 as max_ms, sketch_keys::text as sketch_keys, sketch_counts::text as sketch_counts
    from rollup_days
    where tenant_id = ${tenantId} and zone = ${zone}
      and metric = any (${`{${[...countedMetrics, ...measurementKinds].join(",")}}`}::text[])
      and starts_at >= ${new Date(range.fromMs)} and starts_at < ${new Date(range.toMs)}`;
  const fromFacts = new Set(spans.map(({ fromMs }) => fromMs));
  const rows = rolled.filter((row) => !fromFacts.has(row.starts_at.getTime()));
  if (spans.length > 0) {
    rows.push(
      ...(await sql<CellRow[]>`
        select metric, starts_at, count::float8 as count, sum_ms::float8 as sum_ms, min_ms::float8 as min_ms,
          max_ms::float8 as max_ms, sketch_keys::text as sketch_keys, sketch_counts::text as sketch_counts
        from (${cellsOfFacts(tx, spans)}) as cells`),
    );
  }
  return { ...toCells(rows), withFacts: spans.length > 0 };
}

/** What of the range must come from the facts: days that it cuts, and days that changed. */
function factSpans(
  range: BucketedRange,
  days: readonly InstantRange[],
  marked: readonly InstantRange[],
): InstantRange[] {
  const changed = new Set(marked.map(({ fromMs }) => fromMs));
  return days
    .filter(({ fromMs, toMs }) => changed.has(fromMs) || fromMs < range.fromMs || toMs > range.toMs)
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, range.fromMs), toMs: Math.min(toMs, range.toMs) }));
}

function toCells(rows: readonly CellRow[]): RollupCells {
  const counts: CountCell[] = [];
  const durations: DurationCell[] = [];
  for (const { metric, starts_at, count, ...row } of rows) {
    const startsAtMs = starts_at.getTime();
    switch (metric) {
      case "created":
      case "messages_in":
      case "messages_out":
      case "messages_private":
        counts.push({ metric, startsAtMs, count });
        break;
      default:
        durations.push({
          metric,
          startsAtMs,
          count,
          sumMs: row.sum_ms ?? 0,
          minMs: row.min_ms ?? 0,
          maxMs: row.max_ms ?? 0,
          sketchKeys: numbers(row.sketch_keys),
          sketchCounts: numbers(row.sketch_counts),
        });
    }
  }
  return { counts, durations };
}

/** The numbers of an array that Postgres wrote as text: "{1,2}". */
const numbers = (text: string | null): number[] => (text === null ? [] : text.slice(1, -1).split(",").map(Number));
