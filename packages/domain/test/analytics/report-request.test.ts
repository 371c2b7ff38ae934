import { describe, expect, test } from "@jest/globals";
import { relativeRequest } from "../../src/analytics/relative-request.ts";
import { planReport } from "../../src/analytics/report-plan.ts";
import { reportQuery } from "../../src/analytics/report-query.ts";
import { preparationFor, prepareReport, reportInput, reportRequest } from "../../src/analytics/report-request.ts";
import { ProblemError } from "../../src/errors.ts";
import { canonicalJson } from "../../src/json.ts";

const context = { timezone: "Asia/Kolkata", nowMs: Date.parse("2016-03-20T15:00:00Z") };
const agent = "0190a5b4-8f3e-7c11-9a52-3d2f8f1d9c01";
const other = "0190a5b4-8f3e-7c11-9a52-3d2f8f1d9c02";
const prepareWidely = (request: unknown) =>
  preparationFor("breakdown", "businessHours")(reportRequest.parse(request), context);
const prepare = (request: unknown) => prepareReport(reportRequest.parse(request), context);

describe("a request", () => {
  test("is completed with the tenant's zone, days, and 30 of them", () => {
    const input = prepare({});
    expect(input).toEqual({
      from: "2016-02-19T18:30:00.000Z",
      to: "2016-03-20T18:30:00.000Z",
      timezone: "Asia/Kolkata",
      groupBy: "day",
      compare: null,
      precision: "sketch",
      filters: { agentId: [], inboxId: [], teamId: [], channel: [], label: [], priority: [] },
    });
    expect(reportInput.parse(input)).toEqual(input);
  });

  test("that asks the same in other words is the same input", () => {
    const one = prepare({
      timezone: "asia/kolkata",
      from: "2016-03-01",
      inboxId: [10, 9, 10],
      agentId: [other, agent],
      label: [],
    });
    const two = prepare({
      from: "2016-02-29T18:30:00Z",
      to: "2016-03-21",
      inboxId: [9, 10],
      agentId: [agent.toUpperCase(), other],
    });
    expect(canonicalJson(one)).toBe(canonicalJson(two));
    expect(one.filters.inboxId).toEqual([9, 10]);
  });

  test("that breaks nothing down is the input that it was before there were breakdowns", () => {
    expect(prepareWidely({ breakdown: [], businessHours: false })).toStrictEqual(prepare({}));
  });

  test("has each dimension of its breakdown once, in the order asked for", () => {
    const brokenDown = (...breakdown: string[]) => prepareWidely({ breakdown }).breakdown;
    expect(brokenDown("team", "agent")).toEqual(["team", "agent"]);
    expect(brokenDown("label", "label")).toEqual(["label"]);
  });

  test.each([
    { nonsense: 1 },
    { breakdown: "agent" },
    { breakdown: ["mood"] },
    { breakdown: ["agent", "team", "inbox"] },
    { businessHours: "true" },
    { precision: "guess" },
    { maxAge: 5 },
    { from: 5 },
    { from: "2016-03-01\u0000" },
    { groupBy: "fortnight" },
    { compare: "month" },
    { agentId: agent },
    { agentId: ["me"] },
    { inboxId: ["1"] },
    { inboxId: [1.5] },
    { teamId: [0] },
    { teamId: Array.from({ length: 51 }, (_, index) => index + 1) },
    { label: ["a\u0000b"] },
    { label: ["\ud800"] },
    { channel: ["x".repeat(501)] },
    { priority: ["highest"] },
    [],
    null,
    "day",
  ])("%j cannot be read", (request) => {
    expect(reportRequest.safeParse(request).success).toBe(false);
  });

  test.each([
    [{ timezone: "Mars/Olympus" }, "/timezone"],
    [{ timezone: "+05:30" }, "/timezone"],
    [{ breakdown: ["agent"] }, "/breakdown"],
    [{ businessHours: true }, "/businessHours"],
    [{ from: "soon" }, "/from"],
    [{ from: "2016-03-02", to: "2016-03-01" }, "/from"],
    [{ from: "2010-01-01", to: "2016-01-01", groupBy: "day" }, "/groupBy"],
    [{ from: "1970-01-01", to: "2200-01-01", groupBy: "hour", timezone: "UTC" }, "/groupBy"],
  ])("%j makes no sense: %s", (request, pointer) => {
    expect.assertions(2);
    try {
      prepare(request);
    } catch (error) {
      expect(error).toBeInstanceOf(ProblemError);
      expect(error).toMatchObject({ code: "unprocessable", errors: [{ pointer }] });
    }
  });

  test("may have 2,000 buckets and not one more", () => {
    const hours = (count: number) => ({
      from: "2016-01-01T00:00:00Z",
      to: new Date(Date.UTC(2016, 0, 1) + count * 3_600_000).toISOString(),
      timezone: "UTC",
      groupBy: "hour",
      compare: "year",
    });
    const plan = planReport(prepare(hours(2_000)));
    expect([plan.current.startsMs.length, plan.comparison?.startsMs.length]).toEqual([2_000, 2_000 - 24]);
    expect(() => prepare(hours(2_001))).toThrow(ProblemError);
  });
});

describe("a URL's parameters", () => {
  test("are the same request, one value or several", () => {
    const parsed = reportQuery.parse({
      from: "2016-03-01",
      inboxId: "7",
      teamId: ["1", "2"],
      agentId: agent,
      label: "a b",
      breakdown: "team",
      businessHours: "true",
      maxAge: "0",
    });
    expect(parsed.maxAgeSeconds).toBe(0);
    expect(reportRequest.parse(parsed.request)).toEqual(
      reportRequest.parse({
        from: "2016-03-01",
        inboxId: [7],
        teamId: [1, 2],
        agentId: [agent],
        label: ["a b"],
        breakdown: ["team"],
        businessHours: true,
      }),
    );
    expect(reportQuery.parse({})).toEqual({
      request: { groupBy: "day", precision: "sketch" },
      maxAgeSeconds: undefined,
      table: "series",
    });
  });

  test.each([
    [{ nonsense: "1" }, "unrecognized_keys"],
    [{ from: ["2016-03-01", "2016-03-02"] }, "invalid_type"],
    [{ maxAge: "-1" }, "invalid_format"],
    [{ maxAge: "1.5" }, "invalid_format"],
    [{ maxAge: "" }, "invalid_format"],
    [{ inboxId: "0x7" }, "invalid_format"],
    [{ inboxId: ["7", ""] }, "invalid_format"],
    [{ inboxId: "9007199254740993" }, "invalid_format"],
    [{ groupBy: "fortnight" }, "invalid_value"],
    [{ agentId: { x: "1" } }, "invalid_type"],
    [{ breakdown: "mood" }, "invalid_value"],
    [{ businessHours: "yes" }, "invalid_value"],
    [{ breakdown: ["agent", "team", "inbox"] }, "too_big"],
    [{ label: Array.from({ length: 51 }, String) }, "too_big"],
  ])("%j is refused as %s", (query, code) => {
    expect(reportQuery.safeParse(query).error?.issues.map((issue) => issue.code)).toEqual([code]);
  });
});

describe("a request as it was asked", () => {
  test("keeps an exact precision, which is another question, and drops the one that goes without saying", () => {
    const asked = (precision?: "exact" | "sketch") => relativeRequest(reportRequest.parse({ precision }));
    expect(asked("exact")).toMatchObject({ precision: "exact" });
    expect(asked("sketch")).toEqual(asked());
  });
});
