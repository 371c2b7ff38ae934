import type { Cohort, EngagementFigures, EngagementTotals } from "./engagement-figures.ts";
import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

/** Customers over time, and retention by cohort as heatmaps; an empty tenant gets zeros and nulls. */
export function engagementCharts(
  report: Drawable<EngagementFigures> & { readonly totals: EngagementTotals },
): ReportChart[] {
  return [
    timeChart({ id: "customers", kind: "bar", unit: "count" }, report, [
      { id: "newCustomers", name: "New", value: ({ newCustomers }) => newCustomers },
      { id: "returningCustomers", name: "Returning", value: ({ returningCustomers }) => returningCustomers },
    ]),
    timeChart({ id: "perCustomer", kind: "line", unit: "count" }, report, [
      {
        id: "messagesPerCustomer",
        name: "Messages per customer",
        value: ({ messagesPerCustomer }) => messagesPerCustomer,
      },
    ]),
    retention("weeklyRetention", report.totals.weeklyCohorts),
    retention("monthlyRetention", report.totals.monthlyCohorts),
  ];
}

function retention(id: string, cohorts: readonly Cohort[]): ReportChart {
  const x = cohorts.map((_, after) => String(after));
  const series = cohorts.map(({ start, retention: of }) => ({
    id: start,
    name: start.slice(0, 10),
    values: x.map((_, after) => of[after] ?? null),
  }));
  return { id, kind: "heatmap", unit: "rate", x, series };
}
