import { bucketStarts, type InstantRange } from "./buckets.ts";

export const quarterMs = 900_000;
/** No local day is longer, not even where a zone moved across the date line. */
const dayMsMax = 49 * 3_600_000;

/** The local days that a range touches, whole, ascending; an empty range gives []. Stops after `limit + 1`. */
export function localDays(range: InstantRange, zone: string, limit: number): InstantRange[] {
  const starts = bucketStarts(range, "day", zone, limit);
  return starts.map((fromMs, index) => ({ fromMs, toMs: starts[index + 1] ?? dayAt(fromMs, zone).toMs }));
}

/** The local days that quarter hours (their first instants) touch, each once, ascending. */
export function daysOfQuarters(startsMs: readonly number[], zone: string): InstantRange[] {
  const days: InstantRange[] = [];
  for (const startMs of [...new Set(startsMs)].sort((a, b) => a - b)) {
    // midnight lies within a quarter where a zone's offset is no multiple of it
    for (const atMs of [startMs, startMs + quarterMs - 1]) {
      const last = days.at(-1);
      if (last === undefined || atMs >= last.toMs) days.push(dayAt(atMs, zone));
    }
  }
  return days;
}

function dayAt(atMs: number, zone: string): InstantRange {
  const [fromMs = atMs, toMs = atMs] = bucketStarts({ fromMs: atMs, toMs: atMs + dayMsMax }, "day", zone, 1);
  return { fromMs, toMs };
}
