import type { BreakdownEntry } from "./breakdown.ts";
import type { ReportChart } from "./report.ts";
import type { Line } from "./time-chart.ts";

/** More bars than that nobody can read. */
const barsMax = 20;

/** A bar chart of a report's first entries, the greatest; no chart where nothing is broken down. */
export function entryCharts<Figures>(
  chart: Pick<ReportChart, "id" | "unit">,
  breakdowns: readonly (BreakdownEntry & Figures)[],
  lines: readonly Line<Figures>[],
): ReportChart[] {
  const entries = breakdowns.slice(0, barsMax);
  if (entries.length === 0) return [];
  const x = entries.map(({ dimensions }) => dimensions.map(({ name }) => name).join(", "));
  return [
    {
      ...chart,
      kind: "bar",
      x,
      series: lines.map(({ id, name, value }) => ({ id, name, values: entries.map(value) })),
    },
  ];
}
