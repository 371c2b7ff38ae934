import type { ReportChart } from "./report.ts";
import type { SatisfactionFigures, SatisfactionTotals } from "./satisfaction-figures.ts";
import { type Drawable, timeChart } from "./time-chart.ts";

/** The charts of the satisfaction report; an empty tenant gets lines of nulls and a distribution of zeros. */
export function satisfactionCharts(
  report: Drawable<SatisfactionFigures> & { readonly totals: SatisfactionTotals },
): ReportChart[] {
  const { distribution } = report.totals;
  return [
    timeChart({ id: "score", kind: "line", unit: "rate" }, report, [
      { id: "score", name: "Satisfaction score", value: ({ score }) => score },
      { id: "responseRate", name: "Response rate", value: ({ responseRate }) => responseRate },
    ]),
    timeChart({ id: "answers", kind: "bar", unit: "count" }, report, [
      { id: "answered", name: "Answers", value: ({ answered }) => answered },
    ]),
    {
      id: "distribution",
      kind: "bar",
      unit: "count",
      x: distribution.map(({ rating }) => String(rating)),
      series: [{ id: "count", name: "Answers", values: distribution.map(({ count }) => count) }],
    },
  ];
}
