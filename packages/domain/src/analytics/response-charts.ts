import { entryCharts } from "./entry-chart.ts";
import type { ReportChart } from "./report.ts";
import type { ResponseFigures, ResponseTotals } from "./response-figures.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

/** The charts of the response time report; an empty tenant gets lines of nulls and a histogram of zeros. */
export function responseCharts(
  report: Drawable<ResponseFigures> & {
    readonly totals: ResponseTotals;
    readonly comparison: { readonly totals: ResponseTotals } | null;
  },
): ReportChart[] {
  return [
    timeChart({ id: "firstResponse", kind: "line", unit: "seconds" }, report, [
      { id: "median", name: "Median", value: ({ firstResponse }) => firstResponse.medianSeconds },
      { id: "p90", name: "90th percentile", value: ({ firstResponse }) => firstResponse.p90Seconds },
      { id: "average", name: "Average", value: ({ firstResponse }) => firstResponse.averageSeconds },
    ]),
    timeChart({ id: "reply", kind: "line", unit: "seconds" }, report, [
      { id: "median", name: "Median", value: ({ reply }) => reply.medianSeconds },
      { id: "p90", name: "90th percentile", value: ({ reply }) => reply.p90Seconds },
      { id: "average", name: "Average", value: ({ reply }) => reply.averageSeconds },
    ]),
    histogram(report.totals, report.comparison?.totals),
    ...entryCharts({ id: "breakdown", unit: "seconds" }, report.breakdowns, [
      {
        id: "firstResponse",
        name: "First response, median",
        value: ({ firstResponse }) => firstResponse.medianSeconds,
      },
      { id: "reply", name: "Reply, median", value: ({ reply }) => reply.medianSeconds },
    ]),
  ];
}

function histogram(totals: ResponseTotals, compared: ResponseTotals | undefined): ReportChart {
  const counts = (of: ResponseTotals) => of.firstResponseHistogram.map(({ count }) => count);
  const series = [{ id: "count", name: "First responses", values: counts(totals) }];
  if (compared !== undefined) {
    series.push({ id: "count.comparison", name: "First responses, compared range", values: counts(compared) });
  }
  const x = totals.firstResponseHistogram.map(({ name }) => name);
  return { id: "firstResponseHistogram", kind: "histogram", unit: "count", x, series };
}
