import { describe, expect, test } from "@jest/globals";
import { ProblemError } from "../../src/errors.ts";
import { comparisonRange, resolveRange } from "../../src/time/range.ts";

const iso = ({ fromMs, toMs }: { fromMs: number; toMs: number }): string[] =>
  [fromMs, toMs].map((at) => new Date(at).toISOString());
const range = (from: string, to: string) => ({ fromMs: Date.parse(from), toMs: Date.parse(to) });
const now = Date.parse("2016-03-20T15:00:00Z");

function problemOf(work: () => unknown): ProblemError {
  try {
    work();
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("resolveRange", () => {
  test("without times: the 30 local days that end at the next local midnight, over a clock change", () => {
    expect(iso(resolveRange({}, "America/New_York", now))).toEqual([
      "2016-02-20T05:00:00.000Z",
      "2016-03-21T04:00:00.000Z",
    ]);
    expect(resolveRange({}, "America/New_York", now + 3_600_000)).toEqual(resolveRange({}, "America/New_York", now));
  });

  test("a date alone is its local midnight, a time with zone itself", () => {
    expect(iso(resolveRange({ from: "2016-03-13", to: "2016-03-14T00:00:00+01:00" }, "Asia/Kathmandu", now))).toEqual([
      "2016-03-12T18:15:00.000Z",
      "2016-03-13T23:00:00.000Z",
    ]);
  });

  test.each([
    [{ from: "yesterday" }, "/from"],
    [{ from: "2016-02-30" }, "/from"],
    [{ from: "2016-03-13T10:00:00" }, "/from"],
    [{ to: "" }, "/to"],
    [{ to: "2300-01-01" }, "/to"],
    [{ from: "1969-12-31" }, "/from"],
    [{ from: "2016-03-13", to: "2016-03-13" }, "/from"],
    [{ from: "2016-03-22" }, "/from"],
  ])("%j is refused at %s", (request, pointer) => {
    const problem = problemOf(() => resolveRange(request, "UTC", now));
    expect([problem.code, problem.errors.map((error) => error.pointer)]).toEqual(["unprocessable", [pointer]]);
  });
});

describe("comparisonRange", () => {
  test("previous: as many local days, though one of them is an hour shorter", () => {
    const week = range("2016-03-13T05:00:00Z", "2016-03-20T04:00:00Z");
    expect(iso(comparisonRange(week, "previous", "America/New_York"))).toEqual([
      "2016-03-06T05:00:00.000Z",
      "2016-03-13T05:00:00.000Z",
    ]);
  });

  test("previous: as long, when it is no whole number of days", () => {
    const hours = range("2016-03-13T05:00:00Z", "2016-03-13T17:00:00Z");
    expect(iso(comparisonRange(hours, "previous", "America/New_York"))).toEqual([
      "2016-03-12T17:00:00.000Z",
      "2016-03-13T05:00:00.000Z",
    ]);
  });

  test("previous: the second of two equal local hours is compared with the first", () => {
    const repeated = range("2016-11-06T05:30:00Z", "2016-11-06T06:30:00Z");
    expect(iso(comparisonRange(repeated, "previous", "America/New_York"))).toEqual([
      "2016-11-06T04:30:00.000Z",
      "2016-11-06T05:30:00.000Z",
    ]);
  });

  test("year: the same local times, whatever the offset was then", () => {
    const days = range("2016-03-10T05:00:00Z", "2016-03-14T04:00:00Z");
    expect(iso(comparisonRange(days, "year", "America/New_York"))).toEqual([
      "2015-03-10T04:00:00.000Z",
      "2015-03-14T04:00:00.000Z",
    ]);
  });
});
