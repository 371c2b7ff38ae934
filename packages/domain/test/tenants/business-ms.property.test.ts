import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { businessClock } from "../../src/tenants/business-ms.ts";
import { type WorkingHours, weekdays, workingHours } from "../../src/tenants/working-hours.ts";

const minuteMs = 60_000;

/** Zones beside instants around which their clocks change; Kathmandu's has not for decades. */
const places = [
  { zone: "America/New_York", aroundMs: Date.UTC(2026, 2, 8, 7) },
  { zone: "America/New_York", aroundMs: Date.UTC(2026, 10, 1, 6) },
  { zone: "Australia/Lord_Howe", aroundMs: Date.UTC(2026, 3, 4, 15) },
  { zone: "Australia/Lord_Howe", aroundMs: Date.UTC(2026, 9, 3, 15, 30) },
  { zone: "Asia/Kathmandu", aroundMs: Date.UTC(2026, 5, 1) },
  { zone: "Pacific/Apia", aroundMs: Date.UTC(2011, 11, 30, 10) },
] as const;

const time = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** Distinct minutes in order, two by two: intervals that cannot overlap. */
const day = fc.uniqueArray(fc.integer({ min: 0, max: 1440 }), { maxLength: 6 }).map((minutes) => {
  const ordered = minutes.sort((a, b) => a - b);
  return Array.from({ length: Math.floor(ordered.length / 2) }, (_, pair) => ({
    from: time(ordered[2 * pair] ?? 0),
    to: time(ordered[2 * pair + 1] ?? 0),
  }));
});
const hours: fc.Arbitrary<WorkingHours> = fc
  .record({
    week: fc.record({
      monday: day,
      tuesday: day,
      wednesday: day,
      thursday: day,
      friday: day,
      saturday: day,
      sunday: day,
    }),
    holidays: fc.subarray(["2026-03-08", "2026-11-01", "2026-04-05", "2026-10-04", "2026-06-01", "2011-12-31"]),
  })
  .map((value) => workingHours.parse(value));

/** Looks at every minute on the wall: another library, another way. */
function walk(value: WorkingHours, zone: string, fromMs: number, toMs: number): number {
  const wall = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "short",
    hourCycle: "h23",
  });
  let minutes = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += minuteMs) {
    const [date = "", clock = ""] = wall.format(atMs).split(", ");
    const weekday = weekdays[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? "monday";
    if (value.holidays.includes(date)) continue;
    if (value.week[weekday].some(({ from, to }) => from <= clock && clock < to)) minutes++;
  }
  return minutes * minuteMs;
}

test("business time is what a walk over every minute on the wall finds, also over clock changes", () => {
  const span = fc.record({
    place: fc.constantFrom(...places),
    startsBefore: fc.integer({ min: 0, max: 1500 }),
    endsAfter: fc.integer({ min: 0, max: 1500 }),
  });
  fc.assert(
    fc.property(hours, span, (value, { place, startsBefore, endsAfter }) => {
      const fromMs = place.aroundMs - startsBefore * minuteMs;
      const toMs = place.aroundMs + endsAfter * minuteMs;
      expect(businessClock(value, place.zone)(fromMs, toMs)).toBe(walk(value, place.zone, fromMs, toMs));
    }),
    { numRuns: 150 },
  );
});

test("business time of a span is that of its parts, to the millisecond, and never more than the wall's", () => {
  fc.assert(
    fc.property(
      hours,
      fc.constantFrom(...places),
      fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: -4e9, max: 4e9 }))),
      (value, { zone, aroundMs }, offsets) => {
        const [a = 0, b = 0, c = 0] = offsets.sort((x, y) => x - y).map((offset) => aroundMs + offset);
        const clock = businessClock(value, zone);
        expect(clock(a, b) + clock(b, c)).toBe(clock(a, c));
        expect(clock(a, c)).toBeLessThanOrEqual(c - a);
      },
    ),
    { numRuns: 300 },
  );
});
