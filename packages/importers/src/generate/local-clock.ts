import { minuteOf, type WorkingHours, weekdays } from "@deskpulse/domain/tenants/working-hours";
import { Temporal } from "temporal-polyfill";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** How far a wait for the next shift is followed. */
const daysMax = 60;

/** When people work, minutes since local midnight, for Monday to Sunday. */
type Shifts = readonly (readonly (readonly [startMinute: number, endMinute: number])[])[];

/** A tenant's wall clock over a span, fast enough to be asked for every event. */
export class LocalClock {
  readonly #offsets: { readonly since: number; readonly ms: number }[] = [];
  readonly #shifts: Shifts;

  /**
   * `from` and `to`, epoch milliseconds: clock changes are known from the first until `daysMax` after the second.
   * Without working hours somebody is always there.
   */
  constructor(zone: string, hours: WorkingHours | null, from: number, to: number) {
    this.#shifts = weekdays.map((day) =>
      hours === null ? [[0, 24 * 60]] : hours.week[day].map(({ from, to }) => [minuteOf(from), minuteOf(to)]),
    );
    const last = to + daysMax * dayMs;
    let at: Temporal.ZonedDateTime | null = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone);
    while (at !== null && at.epochMilliseconds <= last) {
      this.#offsets.push({ since: at.epochMilliseconds, ms: Math.round(at.offsetNanoseconds / 1_000_000) });
      at = at.getTimeZoneTransition("next");
    }
  }

  /** 0 (Monday 0:00 to 1:00) to 167. */
  hourOfWeek(at: number): number {
    const local = at + this.#offset(at);
    return weekday(local) * 24 + Math.floor((local % dayMs) / hourMs);
  }

  isStaffed(at: number): boolean {
    const local = at + this.#offset(at);
    const minute = (local % dayMs) / minuteMs;
    return this.#shiftsOf(local).some(([start, end]) => start <= minute && minute < end);
  }

  /** When `ms` of working time have passed since `at`; at once in a week without shifts. */
  afterStaffed(at: number, ms: number): number {
    let now = at + this.#offset(at);
    let left = ms;
    for (let day = 0; day < daysMax; day++) {
      const midnight = now - (now % dayMs);
      for (const [start, end] of this.#shiftsOf(now)) {
        const begin = Math.max(now, midnight + start * minuteMs);
        const free = midnight + end * minuteMs - begin;
        if (free <= 0) continue;
        // the offset of the start will do: an hour in two nights of the year
        if (left <= free) return Math.round(begin + left - this.#offset(at));
        left -= free;
      }
      now = midnight + dayMs;
    }
    return Math.round(at + ms);
  }

  #shiftsOf(local: number): Shifts[number] {
    return this.#shifts[weekday(local)] ?? [];
  }

  #offset(at: number): number {
    let index = this.#offsets.length - 1;
    while (index > 0 && (this.#offsets[index]?.since ?? 0) > at) index--;
    return this.#offsets[index]?.ms ?? 0;
  }
}

/** 0 is Monday; the epoch began on a Thursday. */
const weekday = (local: number): number => (Math.floor(local / dayMs) + 3) % 7;
