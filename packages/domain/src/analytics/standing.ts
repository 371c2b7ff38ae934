import type { Bucketed } from "./bucketed.ts";

/** How many conversations stand so at an instant, or how many more. */
export interface Standing {
  readonly open: number;
  /** Open, and nobody has answered yet or the customer waits again. */
  readonly unattended: number;
  /** Open, and nobody has them. */
  readonly unassigned: number;
}

export const nothingStands: Standing = { open: 0, unattended: 0, unassigned: 0 };

/** How conversations stood just before the end of a range, and what each bucket changed. */
export interface StandingOverTime {
  readonly atEnd: Standing;
  readonly changes: readonly Bucketed<Standing>[];
}

/**
 * How conversations stood at the end of each of `bucketCount` buckets, by its index, and of the range (null): backwards
 * from the range's end. No changes give the same everywhere.
 */
export function standingAtEnds(
  { atEnd, changes }: StandingOverTime,
  bucketCount: number,
): (bucket: number | null) => Standing {
  const changed = new Map(changes.map((change) => [change.bucket, change]));
  const ends = Array.from({ length: bucketCount }, () => atEnd);
  for (let index = bucketCount - 2; index >= 0; index--) {
    const after = ends[index + 1] ?? atEnd;
    const change = changed.get(index + 1);
    ends[index] = {
      open: after.open - (change?.open ?? 0),
      unattended: after.unattended - (change?.unattended ?? 0),
      unassigned: after.unassigned - (change?.unassigned ?? 0),
    };
  }
  return (bucket) => (bucket === null ? atEnd : (ends[bucket] ?? atEnd));
}
