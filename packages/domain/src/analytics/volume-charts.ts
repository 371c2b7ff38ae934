import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";
import type { VolumeTotals } from "./volume-figures.ts";
import { type Volumes, volumeMetrics, volumeNames } from "./volumes.ts";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** The volumes over time, and what each weekday adds (nulls while that is not known). */
export function volumeCharts(report: Drawable<Volumes> & { readonly totals: VolumeTotals }): ReportChart[] {
  const lines = volumeMetrics.map((id) => ({ id, name: volumeNames[id], value: (figures: Volumes) => figures[id] }));
  const { development } = report.totals;
  return [
    timeChart({ id: "volumes", kind: "line", unit: "count" }, report, lines),
    {
      id: "weekly",
      kind: "bar",
      unit: "count",
      x: weekdays,
      series: volumeMetrics.map((id) => ({
        id,
        name: volumeNames[id],
        values: weekdays.map((_, index) => development[id].weekly?.[index]?.difference ?? null),
      })),
    },
  ];
}
