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
  businessHours,
  precision,
  ...filters
}: ReportRequest): ReportRequest {
  const narrowing = Object.entries(normaliseFilters(filters)).filter(([, values]) => values.length > 0);
  const brokenDown = breakdown?.length ? [...new Set(breakdown)] : undefined;
  const exact = precision === "exact" ? precision : undefined;
  const clock = businessHours === true ? true : undefined;
  const asked = Object.entries({
    from,
    to,
    timezone,
    compare,
    breakdown: brokenDown,
    businessHours: clock,
    precision: exact,
  });
  const said = asked.filter(([, value]) => value !== undefined);
  return { groupBy, ...Object.fromEntries([...said, ...narrowing]) };
}
