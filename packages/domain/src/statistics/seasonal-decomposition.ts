export interface Decomposition {
  /** The centred moving average over one period; null for the half period at each end. */
  readonly trend: readonly (number | null)[];
  /** What each season (index modulo the period) adds to the trend; they add up to 0. */
  readonly seasonal: readonly number[];
}

/**
 * Separates the trend of a series from its seasonal pattern: the classical additive decomposition (Persons 1919; Kendall
 * and Stuart 1983), value = trend + seasonal + rest. Null for series shorter than two periods. `period` must be odd, as
 * a week is, for the average to be centred.
 */
export function decompose(values: readonly number[], period: number): Decomposition | null {
  if (values.length < 2 * period) return null;
  const half = (period - 1) / 2;
  const trend = values.map((_, index) => {
    if (index < half || index >= values.length - half) return null;
    return values.slice(index - half, index + half + 1).reduce((sum, value) => sum + value, 0) / period;
  });
  const raw = Array.from({ length: period }, (_, season) => {
    let [sum, count] = [0, 0];
    for (let index = season; index < values.length; index += period) {
      const level = trend[index];
      if (level === null || level === undefined) continue;
      sum += (values[index] ?? 0) - level;
      count += 1;
    }
    return sum / count;
  });
  const mean = raw.reduce((sum, value) => sum + value, 0) / period;
  return { trend, seasonal: raw.map((value) => value - mean) };
}
