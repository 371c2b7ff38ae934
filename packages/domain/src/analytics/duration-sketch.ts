/**
 * Durations in logarithmic classes, each 1.04 times as wide as the one before (the scheme of DDSketch, Masson et al.,
 * VLDB 2019): class k holds milliseconds above 1.04^(k-1) and up to 1.04^k, class -1 holds zero. Sketches merge by
 * adding. Kept here, not taken from a library, because Postgres makes the classes and percentiles interpolate.
 */
export const sketchBase = 1.04;

/** The greatest relative error of a percentile from a sketch: (1.04 - 1) / (1.04 + 1). */
export const sketchErrorMax = (sketchBase - 1) / (sketchBase + 1);

/** How many durations lie in which class. */
export type DurationSketch = Map<number, number>;

/** Adds a stored sketch, classes and counts of equal length, to another. */
export function addToSketch(sketch: DurationSketch, keys: readonly number[], counts: readonly number[]): void {
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? 0;
    sketch.set(key, (sketch.get(key) ?? 0) + (counts[index] ?? 0));
  }
}

/** The class's value with the least relative error at both of its ends, in milliseconds. */
const classValueMs = (key: number): number => (key < 0 ? 0 : (2 * sketchBase ** key) / (1 + sketchBase));

/**
 * Percentiles (fractions from 0 to 1, ascending) in milliseconds, interpolated between neighbours as percentile_cont
 * does, each within `sketchErrorMax`. An empty sketch gives an empty list.
 */
export function sketchPercentiles(sketch: DurationSketch, fractions: readonly number[]): number[] {
  const classes = [...sketch].sort(([a], [b]) => a - b);
  const total = classes.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return [];
  let index = 0;
  let passed = 0;
  const valueAt = (rank: number): number => {
    for (; index < classes.length - 1; index++) {
      const count = classes[index]?.[1] ?? 0;
      if (rank < passed + count) break;
      passed += count;
    }
    return classValueMs(classes[index]?.[0] ?? -1);
  };
  return fractions.map((fraction) => {
    const rank = fraction * (total - 1);
    const below = Math.floor(rank);
    const lower = valueAt(below);
    // the neighbour above may be the next fraction's neighbour below: look ahead without moving on
    const [keptIndex, keptPassed] = [index, passed];
    const upper = below === rank ? lower : valueAt(below + 1);
    [index, passed] = [keptIndex, keptPassed];
    return lower + (upper - lower) * (rank - below);
  });
}
