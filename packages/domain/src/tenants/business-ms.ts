import { Temporal } from "temporal-polyfill";
import { minuteOf, type WorkingHours, weekdays } from "./working-hours.ts";

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A stretch of time without a clock change; offset of local time from UTC. Bounds may be infinite. */
interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly offsetMs: number;
}

/** Working milliseconds between two instants, epoch milliseconds; 0 when `toMs` is not after `fromMs`. */
export type BusinessClock = (fromMs: number, toMs: number) => number;

/**
 * Measures by these hours: an instant counts when its local time lies in an interval of a day that is no holiday, so a
 * skipped hour counts nothing and a repeated one twice. For many spans: intervals and clock changes are looked up once.
 */
export function businessClock(hours: WorkingHours, timezone: string): BusinessClock {
  const week = weekdays.map((weekday) =>
    hours.week[weekday].map(({ from, to }) => ({ fromMs: minuteOf(from) * minuteMs, toMs: minuteOf(to) * minuteMs })),
  );
  const holidays = new Set(hours.holidays.map((date) => Date.parse(`${date}T00:00:00Z`) / dayMs));
  const stretchAt = createStretches(timezone);

  /** Between two local times of one stretch, milliseconds since the local 1970-01-01. */
  function between(fromMs: number, toMs: number): number {
    let total = 0;
    for (let day = Math.floor(fromMs / dayMs); day * dayMs < toMs; day++) {
      if (holidays.has(day)) continue;
      // 1970-01-01 was a Thursday
      const intervals = week[(((day + 3) % 7) + 7) % 7] ?? [];
      for (const interval of intervals) {
        const startsMs = Math.max(fromMs, day * dayMs + interval.fromMs);
        const endsMs = Math.min(toMs, day * dayMs + interval.toMs);
        if (endsMs > startsMs) total += endsMs - startsMs;
      }
    }
    return total;
  }

  return (fromMs, toMs) => {
    let total = 0;
    for (let atMs = fromMs; atMs < toMs; ) {
      const stretch = stretchAt(atMs);
      const untilMs = Math.min(toMs, stretch.toMs);
      total += between(atMs + stretch.offsetMs, untilMs + stretch.offsetMs);
      atMs = untilMs;
    }
    return total;
  };
}

/** Looks up the stretch around an instant, and remembers it: a zone has a few a year. */
function createStretches(timezone: string): (atMs: number) => Stretch {
  const known: Stretch[] = [];
  return (atMs) => {
    const found = known.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
    if (found !== undefined) return found;
    const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timezone);
    // "previous" looks strictly before, and the change may be this very instant
    const previous = at.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
    const next = at.getTimeZoneTransition("next");
    const stretch = {
      fromMs: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
      toMs: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
      offsetMs: at.offsetNanoseconds / 1e6,
    };
    known.push(stretch);
    return stretch;
  };
}

/** Nobody promises for longer: working hours that bring less in that time never end a promise. */
const promiseDaysMax = 3_660;

/**
 * When `promisedMs` of working time have passed since `fromMs` (epoch milliseconds): the first such instant. Null when
 * the hours bring that much in ten years nowhere.
 */
export function businessDueAt(clock: BusinessClock, fromMs: number, promisedMs: number): number | null {
  let low = fromMs;
  let stepMs = Math.max(promisedMs, dayMs);
  let high = fromMs + stepMs;
  while (clock(fromMs, high) < promisedMs) {
    if (stepMs > promiseDaysMax * dayMs) return null;
    low = high;
    stepMs *= 2;
    high = fromMs + stepMs;
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (clock(fromMs, middle) < promisedMs) low = middle;
    else high = middle;
  }
  return high;
}
