import { median } from "./median.ts";
import { twoSidedP } from "./normal-tail.ts";

export interface Trend {
  /** Kendall's S: pairs that rise less those that fall. */
  readonly score: number;
  /** `score` as a share of the pairs, -1 to 1. */
  readonly tau: number;
  readonly pValue: number;
  /** Sen's slope: the median rise from one value to the next. */
  readonly slope: number;
}

/**
 * Does a series rise or fall, whatever the shape and the spread of its values? The seasonal Mann-Kendall test (Hirsch,
 * Slack and Smith 1982): only values of equal season (index modulo `period`) are compared, so a weekly pattern is no
 * trend; `period` 1 is the plain test. Variance corrected for ties, z for continuity, the slope after Sen (1968) over the
 * same pairs. Null without two values of one season. Takes time and memory as n² / period.
 */
export function mannKendall(values: readonly number[], period = 1): Trend | null {
  const slopes: number[] = [];
  let [score, variance] = [0, 0];
  for (let season = 0; season < period; season++) {
    const ties = new Map<number, number>();
    let size = 0;
    for (let later = season; later < values.length; later += period) {
      const value = values[later] ?? 0;
      ties.set(value, (ties.get(value) ?? 0) + 1);
      size += 1;
      for (let earlier = season; earlier < later; earlier += period) {
        const rise = value - (values[earlier] ?? 0);
        score += Math.sign(rise);
        slopes.push(rise / (later - earlier));
      }
    }
    variance += spread(size);
    for (const tied of ties.values()) variance -= spread(tied);
  }
  const slope = median(slopes);
  if (slope === null) return null;
  // all values equal: nothing rises, and nothing could be surprising
  const z = variance === 0 ? 0 : (score - Math.sign(score)) / Math.sqrt(variance);
  return { score, tau: score / slopes.length, pValue: twoSidedP(z), slope };
}

const spread = (size: number): number => (size * (size - 1) * (2 * size + 5)) / 18;
