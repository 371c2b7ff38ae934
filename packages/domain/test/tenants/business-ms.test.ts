import { describe, expect, test } from "@jest/globals";
import { businessClock } from "../../src/tenants/business-ms.ts";
import { workingHours } from "../../src/tenants/working-hours.ts";

const minutes = (count: number) => count * 60_000;
const sundays = (from: string, to: string, holidays: string[] = []) =>
  workingHours.parse({ week: { sunday: [{ from, to }] }, holidays });
const whole = sundays("00:00", "24:00");

test.each([
  ["New York loses an hour in March", "America/New_York", "2026-03-08T05:00Z", 23 * 60],
  ["New York has an hour twice in November", "America/New_York", "2026-11-01T04:00Z", 25 * 60],
  ["Lord Howe has half an hour twice in April", "Australia/Lord_Howe", "2026-04-04T13:00Z", 24.5 * 60],
  ["Lord Howe loses half an hour in October", "Australia/Lord_Howe", "2026-10-03T13:30Z", 23.5 * 60],
  ["Kathmandu changes nothing", "Asia/Kathmandu", "2026-03-07T18:15Z", 24 * 60],
])("a whole Sunday: %s", (_what, zone, midnight, expected) => {
  const fromMs = Date.parse(midnight) - minutes(2 * 24 * 60);
  expect(businessClock(whole, zone)(fromMs, fromMs + minutes(4 * 24 * 60))).toBe(minutes(expected));
});

test("a repeated half hour counts as often as it is on the wall, and a skipped one not at all", () => {
  const span = (zone: string, from: string, to: string, day: string) => {
    const middleMs = Date.parse(day);
    return businessClock(sundays(from, to), zone)(middleMs - minutes(1440), middleMs + minutes(1440));
  };
  expect(span("America/New_York", "01:30", "03:00", "2026-11-01T06:00Z")).toBe(minutes(120));
  expect(span("America/New_York", "02:00", "03:00", "2026-03-08T07:00Z")).toBe(0);
  expect(span("Australia/Lord_Howe", "01:30", "02:00", "2026-04-04T15:00Z")).toBe(minutes(60));
});

test("several intervals a day, to the millisecond, and none on a holiday", () => {
  const hours = workingHours.parse({
    week: {
      thursday: [
        { from: "13:00", to: "17:00" },
        { from: "09:00", to: "12:00" },
      ],
      friday: [{ from: "09:00", to: "10:00" }],
    },
    holidays: ["2026-12-25"],
  });
  const at = (text: string) => Date.parse(text);
  // Thursday the 24th, 11:59:59.999 to 13:00:00.001 in Kathmandu (+05:45)
  expect(businessClock(hours, "Asia/Kathmandu")(at("2026-12-24T06:14:59.999Z"), at("2026-12-24T07:15:00.001Z"))).toBe(
    2,
  );
  expect(businessClock(hours, "Asia/Kathmandu")(at("2026-12-23T18:15Z"), at("2026-12-25T18:15Z"))).toBe(minutes(420));
  expect(businessClock(hours, "Asia/Kathmandu")(at("2026-12-25T18:15Z"), at("2026-12-23T18:15Z"))).toBe(0);
});

describe("working hours are refused", () => {
  test.each([
    ["when they end before they begin", { week: { monday: [{ from: "12:00", to: "09:00" }] } }, "week.monday.0.from"],
    ["when they are empty", { week: { monday: [{ from: "12:00", to: "12:00" }] } }, "week.monday.0.from"],
    [
      "when two overlap",
      {
        week: {
          monday: [
            { from: "12:00", to: "18:00" },
            { from: "09:00", to: "12:01" },
          ],
        },
      },
      "week.monday.0",
    ],
    ["when they begin at 24:00", { week: { monday: [{ from: "24:00", to: "24:00" }] } }, "week.monday.0.from"],
    ["when a holiday is no date", { week: {}, holidays: ["2026-02-30"] }, "holidays.0"],
  ])("%s", (_what, value, path) => {
    const issues = workingHours.safeParse(value).error?.issues ?? [];
    expect(new Set(issues.map((issue) => issue.path.join(".")))).toEqual(new Set([path]));
  });
});
