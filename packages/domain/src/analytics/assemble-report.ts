import { formatInZone } from "../time/buckets.ts";
import type { BreakdownEntry, BreakdownPlan } from "./breakdown.ts";
import { sketchErrorMax } from "./duration-sketch.ts";
import type { BucketSpan, Report, ReportChart, ReportMeta } from "./report.ts";
import type { BucketedRange, ReportPlan } from "./report-plan.ts";
import type { ReportInput } from "./report-request.ts";

/** What the tenant's data covers, epoch milliseconds; nulls in an empty tenant. */
export interface DataCoverage {
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  readonly watermarkMs: number | null;
}

/** A range's figures, for the whole and for each bucket by its index. */
export interface RangeFigures<Totals, Figures> {
  readonly totals: Totals;
  readonly inBucket: (index: number) => Figures;
}

/** A breakdown's entries in their order, with their figures. */
export interface ReportBreakdown<Figures> {
  readonly plan: BreakdownPlan;
  readonly entries: readonly (BreakdownEntry & Figures)[];
}

export interface ReportParts<Totals, Figures> {
  readonly report: string;
  readonly definitionVersion: number;
  readonly input: ReportInput;
  readonly plan: ReportPlan;
  readonly coverage: DataCoverage;
  readonly current: RangeFigures<Totals, Figures>;
  readonly comparison: RangeFigures<Totals, Figures> | null;
  /** Null: durations are not in business hours. */
  readonly withoutBusinessHours: number | null;
  /** Null: nothing is broken down. */
  readonly breakdown: ReportBreakdown<Figures> | null;
  /** Does any percentile come from a sketch? */
  readonly isSketched: boolean;
  readonly source: ReportMeta["source"];
  readonly computedInMs: number;
  readonly charts: (report: Omit<Report<Totals, Figures>, "charts">) => ReportChart[];
}

/** A report from its parts: every bucket of the range in order, also the empty ones. */
export function assembleReport<Totals, Figures>(parts: ReportParts<Totals, Figures>): Report<Totals, Figures> {
  const { input, plan, coverage, current, comparison, breakdown } = parts;
  const local = (atMs: number): string => formatInZone(atMs, input.timezone);
  const spanOf = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => ({ from: local(fromMs), to: local(toMs) });
  const { firstAtMs, lastAtMs, watermarkMs } = coverage;
  const undrawn = {
    meta: {
      report: parts.report,
      ...spanOf(plan.current),
      timezone: input.timezone,
      groupBy: input.groupBy,
      dataRange: firstAtMs === null || lastAtMs === null ? null : spanOf({ fromMs: firstAtMs, toMs: lastAtMs }),
      watermark: watermarkMs === null ? null : local(watermarkMs),
      definitionVersion: parts.definitionVersion,
      precision: parts.isSketched ? ("sketch" as const) : ("exact" as const),
      percentileErrorMax: parts.isSketched ? sketchErrorMax : 0,
      source: parts.source,
      computedInMs: Math.round(parts.computedInMs),
      comparison: plan.comparison === null ? null : spanOf(plan.comparison),
      filters: input.filters,
      withoutBusinessHours: parts.withoutBusinessHours,
      breakdown:
        breakdown === null
          ? null
          : { dimensions: [...breakdown.plan.dimensions], entriesLeftOut: breakdown.plan.leftOut },
    },
    totals: current.totals,
    series: seriesOf(plan.current, current, local),
    comparison:
      plan.comparison === null || comparison === null
        ? null
        : { totals: comparison.totals, series: seriesOf(plan.comparison, comparison, local) },
    breakdowns: [...(breakdown?.entries ?? [])],
  };
  return { ...undrawn, charts: parts.charts(undrawn) };
}

function seriesOf<Totals, Figures>(
  range: BucketedRange,
  { inBucket }: RangeFigures<Totals, Figures>,
  local: (atMs: number) => string,
): (BucketSpan & Figures)[] {
  return range.startsMs.map((startMs, index) => {
    const endMs = range.startsMs[index + 1] ?? range.endMs;
    const partial = startMs < range.fromMs || endMs > range.toMs;
    return { start: local(startMs), end: local(endMs), partial, ...inBucket(index) };
  });
}
