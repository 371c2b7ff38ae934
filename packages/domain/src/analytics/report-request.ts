import { z } from "zod";
import { ProblemError } from "../errors.ts";
import { contentText } from "../ingest/text.ts";
import { bucketStarts, bucketsMax, groupings } from "../time/buckets.ts";
import { resolveRange } from "../time/range.ts";
import { findZone } from "../time/zone.ts";
import { normaliseFilters, reportFilters } from "./report-filters.ts";

export const comparisons = ["previous", "year"] as const;
export const precisions = ["sketch", "exact"] as const;

/** What callers send for a report. */
export const reportRequest = z.strictObject({
  /** A local date, or an instant with zone; default 30 local days before `to`. */
  from: contentText.max(40).optional(),
  /** Not included. Default the next local midnight. */
  to: contentText.max(40).optional(),
  /** IANA; default the tenant's. */
  timezone: contentText.max(64).optional(),
  groupBy: z.enum(groupings).default("day"),
  /** The range as long and just before, or the same local times a year earlier. */
  compare: z.enum(comparisons).optional(),
  /** Percentiles from sketches of whole days, within `meta.percentileErrorMax`, where there are any; or exact ones. */
  precision: z.enum(precisions).default("sketch"),
  ...reportFilters.partial().shape,
});
export type ReportRequest = z.output<typeof reportRequest>;

/** A complete request: equal questions are equal values. */
export const reportInput = z.strictObject({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  timezone: contentText.max(64),
  groupBy: z.enum(groupings),
  compare: z.enum(comparisons).nullable(),
  precision: z.enum(precisions),
  filters: reportFilters,
});
export type ReportInput = z.output<typeof reportInput>;

/**
 * Completes a request with the tenant's zone and the present time (epoch milliseconds). Throws ProblemError
 * (unprocessable) for an unknown zone, a time that is none, from >= to and more than 2,000 buckets.
 */
export function prepareReport(
  request: ReportRequest,
  context: { readonly timezone: string; readonly nowMs: number },
): ReportInput {
  const { from, to, groupBy, compare, precision, timezone: asked, ...filters } = request;
  const timezone = findZone(asked ?? context.timezone);
  if (timezone === null) {
    throw new ProblemError("unprocessable", `${asked ?? context.timezone} is no known time zone`, {
      errors: [{ pointer: "/timezone", detail: "expected an IANA time zone such as Europe/Berlin" }],
    });
  }
  const range = resolveRange({ from, to }, timezone, context.nowMs);
  if (bucketStarts(range, groupBy, timezone, bucketsMax).length > bucketsMax) {
    throw new ProblemError("unprocessable", `grouped by ${groupBy}, this range has too many buckets`, {
      errors: [{ pointer: "/groupBy", detail: `gives more than ${bucketsMax} buckets` }],
    });
  }
  return {
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
    timezone,
    groupBy,
    compare: compare ?? null,
    precision,
    filters: normaliseFilters(filters),
  };
}
