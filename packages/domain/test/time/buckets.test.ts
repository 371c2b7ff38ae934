import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { bucketStarts, bucketsMax, formatInZone, groupings } from "../../src/time/buckets.ts";

const cut = (from: string, to: string, grouping: (typeof groupings)[number], zone: string): string[] =>
  bucketStarts({ fromMs: Date.parse(from), toMs: Date.parse(to) }, grouping, zone).map((at) => formatInZone(at, zone));

describe("bucketStarts", () => {
  test("an empty or turned range has no buckets", () => {
    expect(cut("2016-03-13T00:00Z", "2016-03-13T00:00Z", "day", "UTC")).toEqual([]);
    expect(cut("2016-03-14T00:00Z", "2016-03-13T00:00Z", "hour", "UTC")).toEqual([]);
  });

  test("days of New York are 23 and 25 hours long where the clock changes", () => {
    expect(cut("2016-03-12T12:00Z", "2016-03-15T00:00Z", "day", "America/New_York")).toEqual([
      "2016-03-12T00:00:00-05:00",
      "2016-03-13T00:00:00-05:00",
      "2016-03-14T00:00:00-04:00",
    ]);
  });

  test("a skipped hour makes no bucket, a repeated one two", () => {
    expect(cut("2016-03-13T06:00Z", "2016-03-13T08:00Z", "hour", "America/New_York")).toEqual([
      "2016-03-13T01:00:00-05:00",
      "2016-03-13T03:00:00-04:00",
    ]);
    expect(cut("2016-11-06T05:00Z", "2016-11-06T07:00Z", "hour", "America/New_York")).toEqual([
      "2016-11-06T01:00:00-04:00",
      "2016-11-06T01:00:00-05:00",
    ]);
  });

  test("a change by half an hour is a boundary, wherever the range begins", () => {
    expect(cut("2016-10-01T14:30Z", "2016-10-01T16:30Z", "hour", "Australia/Lord_Howe")).toEqual([
      "2016-10-02T01:00:00+10:30",
      "2016-10-02T02:30:00+11:00",
      "2016-10-02T03:00:00+11:00",
    ]);
    for (const from of ["2016-10-01T15:30:00.000Z", "2016-10-01T15:45:12.345Z"]) {
      expect(cut(from, "2016-10-01T16:00Z", "hour", "Australia/Lord_Howe")).toEqual(["2016-10-02T02:30:00+11:00"]);
    }
  });

  test("a day without midnight begins at its first instant, and a skipped day is none", () => {
    expect(cut("2016-10-16T03:00Z", "2016-10-16T12:00Z", "day", "America/Sao_Paulo")).toEqual([
      "2016-10-16T01:00:00-02:00",
    ]);
    expect(cut("2011-12-29T12:00Z", "2011-12-31T12:00Z", "day", "Pacific/Apia")).toEqual([
      "2011-12-29T00:00:00-10:00",
      "2011-12-31T00:00:00+14:00",
      "2012-01-01T00:00:00+14:00",
    ]);
  });

  test("weeks begin on Monday, quarters in January, April, July and October", () => {
    expect(cut("2016-01-01T00:00Z", "2016-01-12T00:00Z", "week", "UTC")).toEqual([
      "2015-12-28T00:00:00+00:00",
      "2016-01-04T00:00:00+00:00",
      "2016-01-11T00:00:00+00:00",
    ]);
    expect(cut("2016-03-31T23:00Z", "2016-08-01T00:00Z", "quarter", "UTC").map((at) => at.slice(0, 10))).toEqual([
      "2016-01-01",
      "2016-04-01",
      "2016-07-01",
    ]);
  });

  test("centuries of hours are not enumerated", () => {
    const range = { fromMs: 0, toMs: Date.UTC(2200, 0, 1) };
    expect(bucketStarts(range, "hour", "Asia/Kathmandu")).toHaveLength(bucketsMax + 1);
  });

  test("starts ascend, the first is at or before the range, and cutting from a start gives the rest", () => {
    const zones = [
      "UTC",
      "Asia/Kathmandu",
      "America/New_York",
      "Australia/Lord_Howe",
      "Pacific/Chatham",
      "Pacific/Apia",
    ];
    const ms = fc.integer({ min: Date.UTC(1975, 0, 1), max: Date.UTC(2040, 0, 1) });
    const hours = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        ms,
        hours,
        fc.constantFrom(...groupings),
        fc.constantFrom(...zones),
        (fromMs, length, groupBy, zone) => {
          const toMs = fromMs + length * 3_600_000;
          const starts = bucketStarts({ fromMs, toMs }, groupBy, zone);
          expect(starts.length).toBeGreaterThan(0);
          expect(starts[0]).toBeLessThanOrEqual(fromMs);
          expect(starts.at(-1)).toBeLessThan(toMs);
          expect(starts.slice(1).every((at, index) => at > (starts[index] ?? at) && at > fromMs)).toBe(true);
          const middle = starts[Math.floor(starts.length / 2)] ?? fromMs;
          expect(bucketStarts({ fromMs: middle, toMs }, groupBy, zone)).toEqual(starts.filter((at) => at >= middle));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe("formatInZone", () => {
  test("keeps the instant, with milliseconds only where there are some", () => {
    expect(formatInZone(Date.parse("2016-03-13T07:00:00Z"), "America/New_York")).toBe("2016-03-13T03:00:00-04:00");
    expect(formatInZone(Date.parse("2016-03-13T07:00:00.050Z"), "Asia/Kathmandu")).toBe(
      "2016-03-13T12:45:00.050+05:45",
    );
  });
});
