import { z } from "zod";
import { ProblemError } from "../errors.ts";
import { contentText } from "../ingest/text.ts";
import { bucketStarts, bucketsMax, groupings } from "../time/buckets.ts";
import { resolveRange } from "../time/range.ts";
import { findZone } from "../time/zone.ts";
import { breakdownDimensionsMax, dimensions } from "./breakdown.ts";
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
  /** One entry for each value, or for each pair of values; see `breakdowns`. */
  breakdown: z.array(z.enum(dimensions)).max(breakdownDimensionsMax).optional(),
  /** Durations in working hours; those of inboxes without any are left out, see `meta.withoutBusinessHours`. */
  businessHours: z.boolean().optional(),
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
  /** Absent when nothing is broken down. */
  breakdown: z.array(z.enum(dimensions)).min(1).max(breakdownDimensionsMax).optional(),
  /** Absent: every hour counts. */
  businessHours: z.literal(true).optional(),
});
export type ReportInput = z.output<typeof reportInput>;

/** What not every report can do. */
const abilities = {
  breakdown: "is not broken down",
  businessHours: "has no durations that are measured in business hours",
} as const;
type Ability = keyof typeof abilities;

/** `prepareReport` for a report that can do these besides. */
export const preparationFor =
  (...able: readonly Ability[]) =>
  (request: ReportRequest, context: PreparationContext): ReportInput => {
    const input = completed(request, context);
    for (const [ability, refusal] of Object.entries(abilities) as [Ability, string][]) {
      if (input[ability] === undefined || able.includes(ability)) continue;
      throw new ProblemError("unprocessable", `this report ${refusal}`, {
        errors: [{ pointer: `/${ability}`, detail: "has no meaning here" }],
      });
    }
    return input;
  };

interface PreparationContext {
  readonly timezone: string;
  readonly nowMs: number;
}

/**
 * Completes a request with the tenant's zone and the present time (epoch milliseconds). Throws ProblemError
 * (unprocessable) for an unknown zone, a time that is none, from >= to, more than 2,000 buckets, and for what only the
 * reports of `preparationFor` can do.
 */
export const prepareReport = preparationFor();

function completed(request: ReportRequest, context: PreparationContext): ReportInput {
  const { from, to, groupBy, compare, precision, timezone: asked, breakdown, businessHours, ...filters } = request;
  const brokenDown = [...new Set(breakdown)];
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
    ...(brokenDown.length === 0 ? {} : { breakdown: brokenDown }),
    ...(businessHours === true ? { businessHours } : {}),
  };
}
