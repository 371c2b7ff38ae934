import { z } from "zod";
import { hoursOfWeek } from "../time/hours-of-week.ts";
import { type VolumeMetric, volumeMetrics, volumes } from "./volumes.ts";

/** ISO: Monday is 1. */
const weekday = z.int().min(1).max(7);
const hour = z.int().min(0).max(23);
const average = z.number().nonnegative();
const perMetric = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ created: value, messagesIn: value, resolved: value });

/** One hour of the week in the report's zone. */
const peakCell = z.strictObject({
  weekday,
  hour,
  /** How often the range holds this hour: an hour that the clock repeats counts twice, a cut one by its part. */
  occurrences: z.number().nonnegative(),
  ...volumes.shape,
  /** Per occurrence; null where there is none. */
  average: perMetric(average.nullable()),
  /** How many conversations were open, on average over the ends of the quarter hours in it; null where there are none. */
  openAverage: average.nullable(),
});
export type PeakCell = z.output<typeof peakCell>;

/** Where a metric is highest by its average; the earliest of equal ones, null where nothing happened. */
const peak = z.strictObject({
  /** Of the 168 hours of the week. */
  hourOfWeek: z.strictObject({ weekday, hour, average }).nullable(),
  /** Of the 24 hours of the day, over all weekdays. */
  hour: z.strictObject({ hour, average }).nullable(),
  /** Of the weekdays: `average` is of a day of 24 hours. */
  weekday: z.strictObject({ weekday, average }).nullable(),
});
type Peak = z.output<typeof peak>;

export const peakFigures = volumes;

/** `heatmap`: the 168 hours of the week, from Monday 00:00. */
export const peakTotals = volumes.extend({
  heatmap: z.array(peakCell).length(hoursOfWeek),
  peaks: perMetric(peak),
  /** Open conversations at the ends of the range's quarter hours that have passed; null where none has. */
  concurrentOpen: z
    .strictObject({ average, peak: z.int().nonnegative(), peakAt: z.iso.datetime({ offset: true }) })
    .nullable(),
});
export type PeakTotals = z.output<typeof peakTotals>;

/** How often something happened in an hour of the local week, 0 (Monday 00:00) to 167. */
export interface HourCount {
  readonly metric: VolumeMetric;
  readonly hour: number;
  readonly count: number;
}

/** How many conversations were open at the end of a quarter hour, and in which hour of the local week it lies. */
export interface OpenAtQuarter {
  readonly endMs: number;
  readonly hour: number;
  readonly open: number;
}

/** Heatmap, peaks and concurrency of a range, from its counts and occurrences by hour of the week and its quarter hours. */
export function peaksFrom(
  counts: readonly HourCount[],
  occurrences: readonly number[],
  quarters: readonly OpenAtQuarter[],
  local: (atMs: number) => string,
): Pick<PeakTotals, "heatmap" | "peaks" | "concurrentOpen"> {
  const openIn = Array.from({ length: hoursOfWeek }, () => ({ sum: 0, count: 0 }));
  for (const { hour: index, open } of quarters) {
    const cell = openIn[index];
    if (cell === undefined) continue;
    cell.sum += open;
    cell.count += 1;
  }
  const found = new Map(counts.map(({ metric, hour: index, count }) => [`${metric} ${index}`, count]));
  const heatmap = Array.from({ length: hoursOfWeek }, (_, index) => {
    const cell = {
      weekday: Math.floor(index / 24) + 1,
      hour: index % 24,
      occurrences: occurrences[index] ?? 0,
      created: found.get(`created ${index}`) ?? 0,
      messagesIn: found.get(`messagesIn ${index}`) ?? 0,
      resolved: found.get(`resolved ${index}`) ?? 0,
    };
    const averageOf = (metric: VolumeMetric) => (cell.occurrences === 0 ? null : cell[metric] / cell.occurrences);
    const [created, messagesIn, resolved] = [averageOf("created"), averageOf("messagesIn"), averageOf("resolved")];
    const { sum = 0, count = 0 } = openIn[index] ?? {};
    return { ...cell, average: { created, messagesIn, resolved }, openAverage: count === 0 ? null : sum / count };
  });
  const [created, messagesIn, resolved] = volumeMetrics.map((metric) => peakOf(heatmap, metric));
  const none: Peak = { hourOfWeek: null, hour: null, weekday: null };
  return {
    heatmap,
    peaks: { created: created ?? none, messagesIn: messagesIn ?? none, resolved: resolved ?? none },
    concurrentOpen: concurrency(quarters, local),
  };
}

function concurrency(
  quarters: readonly OpenAtQuarter[],
  local: (atMs: number) => string,
): PeakTotals["concurrentOpen"] {
  const [first] = quarters;
  if (first === undefined) return null;
  const highest = quarters.reduce((best, quarter) => (quarter.open > best.open ? quarter : best), first);
  const sum = quarters.reduce((total, { open }) => total + open, 0);
  return { average: sum / quarters.length, peak: highest.open, peakAt: local(highest.endMs) };
}

function peakOf(heatmap: readonly PeakCell[], metric: VolumeMetric): Peak {
  const hourOfWeek = highest(heatmap, metric, (cell) => (cell.weekday - 1) * 24 + cell.hour);
  const ofDay = highest(heatmap, metric, (cell) => cell.hour);
  const ofWeek = highest(heatmap, metric, (cell) => cell.weekday);
  const { key: index = 0 } = hourOfWeek ?? {};
  return {
    hourOfWeek: hourOfWeek && { weekday: Math.floor(index / 24) + 1, hour: index % 24, average: hourOfWeek.average },
    hour: ofDay && { hour: ofDay.key, average: ofDay.average },
    weekday: ofWeek && { weekday: ofWeek.key, average: ofWeek.average * 24 },
  };
}

/** The group of cells with the highest average; null when all are 0. */
function highest(
  cells: readonly PeakCell[],
  metric: VolumeMetric,
  keyOf: (cell: PeakCell) => number,
): { readonly key: number; readonly average: number } | null {
  const groups = new Map<number, { count: number; occurrences: number }>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell)) ?? { count: 0, occurrences: 0 };
    group.count += cell[metric];
    group.occurrences += cell.occurrences;
    groups.set(keyOf(cell), group);
  }
  let best: { key: number; average: number } | null = null;
  for (const [key, { count, occurrences }] of groups) {
    const value = occurrences === 0 ? 0 : count / occurrences;
    if (value > (best?.average ?? 0)) best = { key, average: value };
  }
  return best;
}
