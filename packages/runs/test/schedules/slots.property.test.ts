import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { Slots } from "../../src/schedules/slots.ts";

const minuteMs = 60_000;

/** Two days around changes of the clock: whole hours, half an hour, at midnight, by a month of fasting, and none. */
const changes = [
  ["Europe/Berlin", "2026-03-28T12:00Z"],
  ["Europe/Berlin", "2026-10-24T12:00Z"],
  ["America/New_York", "2026-03-07T20:00Z"],
  ["America/New_York", "2026-10-31T20:00Z"],
  ["Australia/Lord_Howe", "2026-04-03T20:00Z"],
  ["Australia/Lord_Howe", "2026-10-02T20:00Z"],
  ["America/Santiago", "2026-09-05T12:00Z"],
  ["America/Santiago", "2026-04-04T12:00Z"],
  ["Africa/Casablanca", "2026-02-14T12:00Z"],
  ["Africa/Casablanca", "2026-03-21T12:00Z"],
  ["Asia/Kathmandu", "2026-05-01T00:00Z"],
] as const;

interface Field {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

const every = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, index) => low + index);

/** A cron field and what it means, each written by itself. */
const field = (low: number, high: number): fc.Arbitrary<Field> =>
  fc.oneof(
    fc.constant({ text: "*", values: new Set(every(low, high)) }),
    fc.uniqueArray(fc.integer({ min: low, max: high }), { minLength: 1, maxLength: 4 }).map((values) => ({
      text: values.join(","),
      values: new Set(values),
    })),
    fc.integer({ min: 2, max: 20 }).map((step) => ({
      text: `*/${step}`,
      values: new Set(every(low, high).filter((value) => (value - low) % step === 0)),
    })),
  );

interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly weekday: Field;
}

const isDay = ({ day, weekday }: Fields, date: { readonly day: number; readonly dayOfWeek: number }): boolean => {
  const [byDay, byWeekday] = [day.values.has(date.day), weekday.values.has(date.dayOfWeek % 7)];
  if (day.text === "*") return byWeekday;
  return weekday.text === "*" ? byDay : byDay || byWeekday;
};

/** All local times of the days around, put on the time line by Temporal; a free hour adds every minute that fits. */
function bruteForce(fields: Fields, zone: string, fromMs: number, toMs: number): number[] {
  const slots = new Set<number>();
  const at = (ms: number) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const last = at(toMs).toPlainDate().add({ days: 1 });
  for (
    let date = at(fromMs).toPlainDate().subtract({ days: 1 });
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    if (!isDay(fields, date)) continue;
    for (const hour of fields.hour.values)
      for (const minute of fields.minute.values)
        slots.add(date.toPlainDateTime({ hour, minute }).toZonedDateTime(zone).epochMilliseconds);
  }
  if (fields.hour.text === "*") {
    for (let ms = fromMs; ms <= toMs; ms += minuteMs) {
      const local = at(ms);
      if (isDay(fields, local) && fields.minute.values.has(local.minute)) slots.add(ms);
    }
  }
  return [...slots].filter((ms) => ms > fromMs && ms <= toMs).sort((a, b) => a - b);
}

test("slots around clock changes are those of a search by hand, found from any moment", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...changes),
      fc.record({ minute: field(0, 59), hour: field(0, 23), day: field(1, 31), weekday: field(0, 6) }),
      ([zone, start], fields) => {
        const fromMs = Date.parse(start);
        const toMs = fromMs + 48 * 60 * minuteMs;
        const cron = [fields.minute, fields.hour, fields.day, { text: "*" }, fields.weekday].map(({ text }) => text);
        const slots = Slots.read(cron.join(" "), zone);
        const expected = bruteForce(fields, zone, fromMs, toMs);
        const found: number[] = [];
        // each search stands alone, as a process that has just started makes it
        for (let slot = slots?.after(fromMs) ?? null; slot !== null && slot <= toMs; slot = slots?.after(slot) ?? null)
          found.push(slot);
        expect(found.map((ms) => new Date(ms).toISOString())).toEqual(expected.map((ms) => new Date(ms).toISOString()));
        const latest = slots?.latest(fromMs + 1, toMs, 25);
        expect(latest).toEqual({ slots: expected.slice(-25), older: expected.length > 25 });
      },
    ),
    { numRuns: 150 },
  );
}, 60_000);

describe("a cron expression", () => {
  const nowMs = Date.parse("2026-11-23T00:00:00Z");
  test.each([
    ["0 0 29 2 *", "2028-02-29T00:00:00.000Z"],
    ["*/5 * * * * *", "2026-11-23T00:00:05.000Z"],
    ["0 9 * * MON-FRI", "2026-11-23T09:00:00.000Z"],
    ["0 0 L * *", "2026-11-30T00:00:00.000Z"],
  ])("%s comes first at %s", (cron, first) => {
    expect(new Date(Slots.read(cron, "UTC")?.after(nowMs) ?? 0).toISOString()).toBe(first);
  });

  test.each(["0 0 30 2 *", "0 0 31 2,4,6 *", "* * *", "* * * * * * *", "H * * * *", "61 * * * *", "x", "", "@daily"])(
    "%j is none, or never comes",
    (cron) => {
      expect(Slots.read(cron, "UTC")).toBeNull();
    },
  );
});
