import { Temporal } from "temporal-polyfill";
import type { InstantRange } from "./buckets.ts";

const hourMs = 3_600_000;
export const hoursOfWeek = 168;
/** 1970-01-01 was a Thursday: local Mondays begin this much before multiples of a week. */
const mondayShiftMs = 3 * 24 * hourMs;

/** A stretch of time in which a zone's clock keeps its distance to UTC. */
export interface OffsetSpan extends InstantRange {
  readonly offsetMs: number;
}

/** The range cut at its zone's clock changes, ascending; an empty range gives []. Bounded by the zone's rules: two or four a year. */
export function offsetSpans(range: InstantRange, zone: string): OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let fromMs = range.fromMs;
  while (fromMs < range.toMs) {
    const at = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(zone);
    const next = at.getTimeZoneTransition("next")?.epochMilliseconds ?? range.toMs;
    const toMs = Math.min(next, range.toMs);
    // some transitions change a name only
    const offsetMs = at.offsetNanoseconds / 1e6;
    const last = spans.at(-1);
    if (last?.offsetMs === offsetMs) spans[spans.length - 1] = { ...last, toMs };
    else spans.push({ fromMs, toMs, offsetMs });
    fromMs = toMs;
  }
  return spans;
}

/** Which hour of the local week, 0 (Monday 00:00) to 167, an instant lies in, given its distance to UTC. */
export function hourOfWeek(atMs: number, offsetMs: number): number {
  const hours = Math.floor((atMs + offsetMs + mondayShiftMs) / hourMs) % hoursOfWeek;
  return hours < 0 ? hours + hoursOfWeek : hours;
}

/**
 * How often each hour of the local week occurs in the range, by its index: elapsed time in hours, so an hour that the
 * clock repeats counts twice, one that it skips not at all, and one that the range or a change cuts by its part.
 */
export function occurrencesInRange(range: InstantRange, zone: string): number[] {
  const elapsedMs = new Array<number>(hoursOfWeek).fill(0);
  const add = (hour: number, ms: number) => {
    elapsedMs[hour] = (elapsedMs[hour] ?? 0) + ms;
  };
  for (const { fromMs, toMs, offsetMs } of offsetSpans(range, zone)) {
    const wholeWeeks = Math.floor((toMs - fromMs) / (hoursOfWeek * hourMs));
    for (let hour = 0; hour < hoursOfWeek; hour++) add(hour, wholeWeeks * hourMs);
    for (let atMs = fromMs + wholeWeeks * hoursOfWeek * hourMs; atMs < toMs; ) {
      const local = atMs + offsetMs;
      const endMs = Math.min(toMs, (Math.floor(local / hourMs) + 1) * hourMs - offsetMs);
      add(hourOfWeek(atMs, offsetMs), endMs - atMs);
      atMs = endMs;
    }
  }
  return elapsedMs.map((ms) => ms / hourMs);
}
