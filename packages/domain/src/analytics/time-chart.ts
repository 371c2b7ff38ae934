import type { BreakdownEntry } from "./breakdown.ts";
import type { ReportChart } from "./report.ts";

/** What a chart draws of figures. */
export interface Line<Figures> {
  readonly id: string;
  readonly name: string;
  readonly value: (figures: Figures) => number | null;
}

/** A report's series, as far as charts need it. */
export interface Drawable<Figures> {
  readonly series: readonly ({ readonly start: string } & Figures)[];
  readonly comparison: { readonly series: readonly Figures[] } | null;
  readonly breakdowns: readonly (BreakdownEntry & Figures)[];
}

/**
 * A chart over the report's buckets. The comparison's lines follow as `<id>.comparison`, bucket by bucket: null where it
 * has one less, and one more is left out.
 */
export function timeChart<Figures>(
  chart: Pick<ReportChart, "id" | "kind" | "unit">,
  report: Omit<Drawable<Figures>, "breakdowns">,
  lines: readonly Line<Figures>[],
): ReportChart {
  const { series, comparison } = report;
  const current = lines.map(({ id, name, value }) => ({ id, name, values: series.map(value) }));
  const compared = lines.map(({ id, name, value }) => ({
    id: `${id}.comparison`,
    name: `${name}, compared range`,
    values: series.map((_, index) => {
      const point = comparison?.series[index];
      return point === undefined ? null : value(point);
    }),
  }));
  return {
    ...chart,
    x: series.map(({ start }) => start),
    series: comparison === null ? current : [...current, ...compared],
  };
}
