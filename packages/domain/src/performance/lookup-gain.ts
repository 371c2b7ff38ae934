/** One look-up by the columns of an index, as EXPLAIN (ANALYZE) told it, over a few sampled values. */
export interface LookupMeasurement {
  /** The planner's total cost, summed over the values. */
  readonly cost: number;
  /** Median execution time, summed over the values. */
  readonly timeMs: number;
  /** Values for which the plan reads the index that is judged. */
  readonly valuesByIndex: number;
  readonly values: number;
}

const costShareMax = 0.5;
const timeShareMax = 0.8;

/**
 * Is a new index worth keeping? The planner uses it for most values, costs at most half as much with it (the saving that
 * the index builder "dexter" asks for) and measured time is at most 0.8 of before. Null: yes; else what is missing.
 */
export function whyNoGain(before: LookupMeasurement, after: LookupMeasurement): string | null {
  if (after.valuesByIndex * 2 <= after.values)
    return `the planner uses it for ${after.valuesByIndex} of ${after.values} values`;
  if (after.cost > before.cost * costShareMax) return `the cost went from ${before.cost} to ${after.cost} only`;
  if (after.timeMs > before.timeMs * timeShareMax)
    return `the time went from ${before.timeMs} to ${after.timeMs} ms only`;
  return null;
}
