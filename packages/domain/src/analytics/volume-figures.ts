import { z } from "zod";
import { changePoints } from "../statistics/change-points.ts";
import { mannKendall } from "../statistics/mann-kendall.ts";
import { decompose } from "../statistics/seasonal-decomposition.ts";
import { type VolumeMetric, type Volumes, volumeMetrics, volumes } from "./volumes.ts";

const count = z.int().nonnegative();
const day = z.iso.date();
const perMetric = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ created: value, messagesIn: value, resolved: value });

/** A trend is called one when chance gives as much in less than one case of twenty. */
export const trendPValueMax = 0.05;
/** A level that lasts less than a week is a blip. */
const levelDaysMin = 7;
const weekDays = 7;

const development = z.strictObject({
  /** Against the range as long and just before. */
  growth: z.strictObject({ previous: count, change: z.int(), rate: z.number().nullable() }),
  /**
   * Of whole days that have passed: the seasonal Mann-Kendall test, weekdays apart, with Sen's slope. Null below two
   * weeks.
   */
  trend: z
    .strictObject({
      direction: z.enum(["rising", "falling", "none"]),
      slopePerDay: z.number(),
      tau: z.number(),
      pValue: z.number(),
    })
    .nullable(),
  /** What each weekday (1 is Monday) adds to the level of its week; they add up to 0. Null below two weeks. */
  weekly: z.array(z.strictObject({ weekday: z.int().min(1).max(7), difference: z.number() })).nullable(),
  /** Days from which the daily mean, less the weekly pattern, is another one; see `statistics/change-points.ts`. */
  changePoints: z.array(z.strictObject({ day, before: z.number(), after: z.number() })),
  busiestDay: z.strictObject({ day, count }).nullable(),
});
export type Development = z.output<typeof development>;

export const volumeFigures = volumes;
export const volumeTotals = volumes.extend({ development: perMetric(development) });
export type VolumeTotals = z.output<typeof volumeTotals>;

/** A local day that has passed and lies whole in the range. */
export interface DayVolumes extends Volumes {
  /** ISO date. */
  readonly day: string;
}

/** The whole range's volumes with their development, from its days (ascending, without gaps) and the range before. */
export function volumeTotalsFrom(total: Volumes, before: Volumes, days: readonly DayVolumes[]): VolumeTotals {
  const [created, messagesIn, resolved] = volumeMetrics.map((metric) => developmentOf(metric, total, before, days));
  const none = developmentOf("created", total, before, []);
  return {
    ...total,
    development: { created: created ?? none, messagesIn: messagesIn ?? none, resolved: resolved ?? none },
  };
}

function developmentOf(
  metric: VolumeMetric,
  total: Volumes,
  before: Volumes,
  days: readonly DayVolumes[],
): Development {
  const values = days.map((one) => one[metric]);
  const change = total[metric] - before[metric];
  const pattern = decompose(values, weekDays)?.seasonal ?? null;
  const level = values.map((value, index) => value - (pattern?.[index % weekDays] ?? 0));
  const trend = values.length < 2 * weekDays ? null : mannKendall(values, weekDays);
  const firstWeekday = weekdayOf(days[0]?.day);
  const busiest = days.reduce<DayVolumes | null>(
    (best, one) => (one[metric] > (best?.[metric] ?? 0) ? one : best),
    null,
  );
  return {
    growth: { previous: before[metric], change, rate: before[metric] === 0 ? null : change / before[metric] },
    trend:
      trend === null
        ? null
        : {
            direction: trend.pValue >= trendPValueMax ? "none" : trend.score > 0 ? "rising" : "falling",
            slopePerDay: trend.slope,
            tau: trend.tau,
            pValue: trend.pValue,
          },
    weekly:
      pattern === null
        ? null
        : pattern
            .map((difference, index) => ({ weekday: ((firstWeekday - 1 + index) % weekDays) + 1, difference }))
            .sort((a, b) => a.weekday - b.weekday),
    changePoints: changePoints(level, levelDaysMin).flatMap(({ index, before: from, after }) => {
      const found = days[index]?.day;
      return found === undefined ? [] : [{ day: found, before: from, after }];
    }),
    busiestDay: busiest === null ? null : { day: busiest.day, count: busiest[metric] },
  };
}

/** 1 is Monday. */
const weekdayOf = (date: string | undefined): number => ((new Date(date ?? "1970-01-01").getUTCDay() + 6) % 7) + 1;
