import { median } from "./median.ts";

export interface ChangePoint {
  /** Of the first value of the new level. */
  readonly index: number;
  /** The mean of the values since the change before, and until the next one. */
  readonly before: number;
  readonly after: number;
}

/**
 * Where does the mean of a series change? The segmentation with the least sum of squared distances to the segments'
 * means plus a penalty a change, found exactly by optimal partitioning (Jackson et al. 2005, what PELT prunes). Penalty:
 * 3 σ² ln n (Zhang and Siegmund 2007), σ from the differences of neighbours, which a change of level hardly moves.
 * Segments have at least `lengthMin` values; shorter series and constant ones give []. Takes time as n².
 */
export function changePoints(values: readonly number[], lengthMin: number): ChangePoint[] {
  const length = values.length;
  const penalty = 3 * noiseVariance(values) * Math.log(length);
  if (length < 2 * lengthMin || penalty === 0) return [];
  const [sums, squares] = [[0], [0]];
  for (const [index, value] of values.entries()) {
    sums.push((sums[index] ?? 0) + value);
    squares.push((squares[index] ?? 0) + value * value);
  }
  const sumOf = (from: number, to: number): number => (sums[to] ?? 0) - (sums[from] ?? 0);
  const costOf = (from: number, to: number): number =>
    (squares[to] ?? 0) - (squares[from] ?? 0) - sumOf(from, to) ** 2 / (to - from);
  const best = [-penalty, ...new Array<number>(length).fill(Number.POSITIVE_INFINITY)];
  const lastStart = new Array<number>(length + 1).fill(0);
  for (let to = lengthMin; to <= length; to++) {
    for (let from = 0; from <= to - lengthMin; from++) {
      const cost = (best[from] ?? 0) + costOf(from, to) + penalty;
      if (cost < (best[to] ?? 0)) [best[to], lastStart[to]] = [cost, from];
    }
  }
  const bounds = [length];
  for (let to = length; to > 0; to = lastStart[to] ?? 0) bounds.unshift(lastStart[to] ?? 0);
  const meanOf = (part: number): number => {
    const [from = 0, to = length] = [bounds[part], bounds[part + 1]];
    return sumOf(from, to) / (to - from);
  };
  return bounds.slice(1, -1).map((index, part) => ({ index, before: meanOf(part), after: meanOf(part + 1) }));
}

/** Median absolute difference of neighbours, scaled to a normal variance; the mean square where most are equal. */
function noiseVariance(values: readonly number[]): number {
  const steps = values.slice(1).map((value, index) => value - (values[index] ?? 0));
  const typical = (median(steps.map(Math.abs)) ?? 0) * 1.4826;
  if (typical > 0) return typical ** 2 / 2;
  return steps.length === 0 ? 0 : steps.reduce((sum, step) => sum + step * step, 0) / steps.length / 2;
}
