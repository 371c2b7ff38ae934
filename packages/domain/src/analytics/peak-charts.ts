import type { PeakCell, PeakTotals } from "./peak-figures.ts";
import type { ReportChart } from "./report.ts";
import { type Drawable, timeChart } from "./time-chart.ts";
import { type VolumeMetric, type Volumes, volumeMetrics, volumeNames } from "./volumes.ts";

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

/** A heatmap of averages a metric (one more for the compared range), and the volumes over time. */
export function peakCharts(
  report: Drawable<Volumes> & {
    readonly totals: PeakTotals;
    readonly comparison: { readonly totals: PeakTotals } | null;
  },
): ReportChart[] {
  const { totals, comparison } = report;
  const heatmaps = volumeMetrics.map((metric) => heatmap(metric, metric, totals));
  const compared =
    comparison === null
      ? []
      : volumeMetrics.map((metric) => heatmap(`${metric}.comparison`, metric, comparison.totals));
  const lines = volumeMetrics.map((id) => ({ id, name: volumeNames[id], value: (figures: Volumes) => figures[id] }));
  const open = heatmapOf("open", totals, ({ openAverage }) => openAverage);
  return [...heatmaps, ...compared, open, timeChart({ id: "volumes", kind: "bar", unit: "count" }, report, lines)];
}

const heatmap = (id: string, metric: VolumeMetric, totals: PeakTotals): ReportChart =>
  heatmapOf(id, totals, ({ average }) => average[metric]);

function heatmapOf(id: string, totals: PeakTotals, value: (cell: PeakCell) => number | null): ReportChart {
  const series = weekdays.map((name, index) => ({
    id: name.toLowerCase(),
    name,
    values: totals.heatmap.slice(index * 24, index * 24 + 24).map(value),
  }));
  return { id, kind: "heatmap", unit: "count", x: hours, series };
}
