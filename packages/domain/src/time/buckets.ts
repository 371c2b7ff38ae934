import { Temporal } from "temporal-polyfill";

export const groupings = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type Grouping = (typeof groupings)[number];

/** A half-open range of instants, epoch milliseconds. */
export interface InstantRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export const bucketsMax = 2_000;

function localStart(at: Temporal.ZonedDateTime, grouping: Exclude<Grouping, "hour">): Temporal.PlainDate {
  const date = at.toPlainDate();
  switch (grouping) {
    case "day":
      return date;
    case "week":
      return date.subtract({ days: date.dayOfWeek - 1 });
    case "month":
      return date.with({ day: 1 });
    case "quarter":
      return date.with({ month: date.month - ((date.month - 1) % 3), day: 1 });
    case "year":
      return date.with({ month: 1, day: 1 });
  }
}

const atMidnight = (date: Temporal.PlainDate, zone: string): number => date.toZonedDateTime(zone).epochMilliseconds;

/**
 * The first instants of all buckets that the range touches, epoch milliseconds ascending; the first may lie before
 * `fromMs`. Days start at local midnight (or the first instant after it where a clock change skips it), weeks on
 * Monday, hours at each local full hour and at each clock change, so that a repeated hour makes two buckets and a change
 * by half an hour (Lord Howe) one of 30 minutes. An empty range gives []. Stops after
 * `limit + 1` entries, so that a caller can refuse without enumerating centuries.
 */
export function bucketStarts(range: InstantRange, grouping: Grouping, zone: string, limit = bucketsMax): number[] {
  const starts: number[] = [];
  if (range.fromMs >= range.toMs) return starts;
  const first = Temporal.Instant.fromEpochMilliseconds(range.fromMs).toZonedDateTimeISO(zone);
  if (grouping === "hour") {
    let at = hourStart(first);
    while (at.epochMilliseconds < range.toMs && starts.length <= limit) {
      starts.push(at.epochMilliseconds);
      at = nextHour(at);
    }
    return starts;
  }
  const date = localStart(first, grouping);
  for (let index = 0; starts.length <= limit; index++) {
    const start = atMidnight(nth(date, grouping, index), zone);
    if (start >= range.toMs) break;
    // A skipped local day (Samoa 2011-12-30) has the same first instant as the day after it.
    if (starts.at(-1) !== start) starts.push(start);
  }
  return starts;
}

/** The local start of the bucket `index` steps after the one that starts on `date`. */
function nth(date: Temporal.PlainDate, grouping: Exclude<Grouping, "hour">, index: number): Temporal.PlainDate {
  switch (grouping) {
    case "day":
      return date.add({ days: index });
    case "week":
      return date.add({ weeks: index });
    case "month":
      return date.add({ months: index });
    case "quarter":
      return date.add({ months: 3 * index });
    case "year":
      return date.add({ years: index });
  }
}

/** Since when the local hour of `at` lasts without a clock change: the full hour, or the change within the hour. */
function hourStart(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const { minute, second, millisecond } = at;
  const full = at.subtract({ minutes: minute, seconds: second, milliseconds: millisecond });
  if (full.offsetNanoseconds === at.offsetNanoseconds) return full;
  // "previous" looks strictly before, and the change may be this very instant
  return at.add({ nanoseconds: 1 }).getTimeZoneTransition("previous") ?? full;
}

/** The next local full hour, or the clock change before it. */
function nextHour(at: Temporal.ZonedDateTime): Temporal.ZonedDateTime {
  const full = at.add({ seconds: 3600 - at.minute * 60 - at.second });
  if (full.offsetNanoseconds === at.offsetNanoseconds) return full;
  return at.getTimeZoneTransition("next") ?? full;
}

/** The local start of a bucket, ISO 8601 with its offset: "2016-03-13T00:00:00-05:00". */
export function formatInZone(atMs: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: "never", smallestUnit: atMs % 1000 === 0 ? "second" : "millisecond" });
}
