import { normaliseFilters } from "./report-filters.ts";
import type { ReportRequest } from "./report-request.ts";

/**
 * A request as it was asked, relative ranges and all, with its filters in order and without those that narrow nothing:
 * the same question tomorrow is an equal value.
 */
export function relativeRequest({
  from,
  to,
  timezone,
  groupBy,
  compare,
  breakdown,
  ...filters
}: ReportRequest): ReportRequest {
  const narrowing = Object.entries(normaliseFilters(filters)).filter(([, values]) => values.length > 0);
  const asked = Object.entries({ from, to, timezone, compare }).filter(([, value]) => value !== undefined);
  const brokenDown = breakdown?.length ? [["breakdown", [...new Set(breakdown)]]] : [];
  return { groupBy, ...Object.fromEntries([...asked, ...brokenDown, ...narrowing]) };
}
