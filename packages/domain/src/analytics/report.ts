import { z } from "zod";
import { groupings } from "../time/buckets.ts";
import { type BreakdownEntry, breakdownEntry, dimensions } from "./breakdown.ts";
import { reportFilters } from "./report-filters.ts";
import { precisions } from "./report-request.ts";

/** ISO 8601 with the offset of the report's zone. */
const localTime = z.iso.datetime({ offset: true });
const span = z.strictObject({ from: localTime, to: localTime });

export const reportMeta = z.strictObject({
  /** The job's name. */
  report: z.string(),
  from: localTime,
  /** Not included. */
  to: localTime,
  timezone: z.string(),
  groupBy: z.enum(groupings),
  /** First and last fact of the tenant, whatever the range and the filters; null in an empty tenant. */
  dataRange: span.nullable(),
  /** When the newest fact that the report saw was stored; null in an empty tenant. */
  watermark: localTime.nullable(),
  /** Grows when a figure of this report comes to mean something else. */
  definitionVersion: z.int().positive(),
  /** Of percentiles; everything else is exact. */
  precision: z.enum(precisions),
  /** The greatest relative error of a percentile; 0 when exact. */
  percentileErrorMax: z.number().nonnegative(),
  /** Where counts, sums and percentiles come from: rolled up days, the facts, or both. */
  source: z.enum(["rollups", "facts", "rollups and facts"]),
  computedInMs: z.int().nonnegative(),
  comparison: span.nullable(),
  filters: reportFilters,
  /** How many durations of the range are left out because their inbox had no working hours; null: every hour counts. */
  withoutBusinessHours: z.int().nonnegative().nullable(),
  /** By what the entries of `breakdowns` are, and how many there are besides them, each less than those. */
  breakdown: z
    .strictObject({ dimensions: z.array(z.enum(dimensions)), entriesLeftOut: z.int().nonnegative() })
    .nullable(),
});
export type ReportMeta = z.output<typeof reportMeta>;

/**
 * Ready to draw: every series has a value for every `x`. `x` are local times of bucket starts, or names; of a heatmap
 * the columns, whose rows are the series. */
export const reportChart = z.strictObject({
  id: z.string(),
  kind: z.enum(["line", "bar", "histogram", "heatmap"]),
  unit: z.enum(["count", "seconds", "rate"]),
  x: z.array(z.string()),
  series: z.array(z.strictObject({ id: z.string(), name: z.string(), values: z.array(z.number().nullable()) })),
});
export type ReportChart = z.output<typeof reportChart>;

/** `partial`: the report's range covers only a part of the bucket, and the figures are of that part. */
const bucket = { start: localTime, end: localTime, partial: z.boolean() };

/**
 * The one shape of reports, with a report's own figures for the whole range, for each bucket and, over the whole range,
 * for each entry of the breakdown that was asked for (none: an empty list), the greatest first. Durations end in
 * `Seconds` and are null when nothing was measured; counts are 0.
 */
export function reportOf<Totals extends z.ZodRawShape, Figures extends z.ZodRawShape>(
  totals: z.ZodObject<Totals>,
  figures: z.ZodObject<Figures>,
) {
  const whole = z.strictObject(totals.shape);
  const series = z.array(z.strictObject({ ...bucket, ...figures.shape }));
  return z.strictObject({
    meta: reportMeta,
    totals: whole,
    series,
    comparison: z.strictObject({ totals: whole, series }).nullable(),
    breakdowns: z.array(z.strictObject({ ...breakdownEntry.shape, ...figures.shape })),
    charts: z.array(reportChart),
  });
}

export interface BucketSpan {
  readonly start: string;
  readonly end: string;
  readonly partial: boolean;
}

/** What `reportOf` describes, for code that works on any report. */
export interface Report<Totals, Figures> {
  meta: ReportMeta;
  totals: Totals;
  series: (BucketSpan & Figures)[];
  comparison: { totals: Totals; series: (BucketSpan & Figures)[] } | null;
  breakdowns: (BreakdownEntry & Figures)[];
  charts: ReportChart[];
}
