import type { Database } from "@deskpulse/db/connect";
import { expect } from "@jest/globals";
import {
  bucketsBetween,
  type ExpectedFigures,
  expectedFigures,
  type Question,
  truncated,
} from "./analytics-expected.ts";
import type { ConversationsReport, ResponseTimeReport } from "./analytics-fixture.ts";

type Expected = (kind: string) => ExpectedFigures;

/** The conversations report's figures, by SQL over the raw data. */
export function conversationFigures(of: Expected) {
  const durations = ({ conversations: _, minSeconds: _min, maxSeconds: _max, ...figures }: ExpectedFigures) => figures;
  return {
    created: of("created").count,
    resolved: of("resolution").count,
    uniqueResolved: of("resolution").conversations,
    reopened: of("reopening").count,
    messagesIn: of("message_in").count,
    messagesOut: of("message_out").count,
    messagesPrivate: 0,
    firstResponse: durations(of("first_response")),
    reply: durations(of("reply_time")),
    resolution: durations(of("resolution")),
    botResolved: 0,
    handoffs: 0,
    quality: {
      satisfactionScore: null,
      reopenRate: of("resolution").count === 0 ? null : of("reopening").count / of("resolution").count,
    },
  };
}

/** The response time report's figures, without the histogram. */
export function responseFigures(of: Expected) {
  const spread = ({ conversations: _, ...figures }: ExpectedFigures) => figures;
  return { firstResponse: spread(of("first_response")), reply: spread(of("reply_time")) };
}

interface Range {
  readonly totals: object;
  readonly series: readonly { start: string; end: string; partial: boolean }[];
}

/** Totals and every bucket of `range` are what `figures` makes of the raw data; returns the expected totals. */
export async function checkAgainstRawData<Figures extends object>(
  database: Database,
  question: Question,
  range: Range,
  figures: (of: Expected) => Figures,
): Promise<Figures> {
  const expected = await expectedFigures(database, question);
  const totals = figures(expected.total);
  expect(range.totals).toMatchObject(totals);
  const names = await truncated(
    database,
    range.series.map(({ start }) => start),
    question,
  );
  expect(names).toEqual(await bucketsBetween(database, question));
  const found = range.series.map(({ start: _start, end: _end, partial: _partial, ...rest }) => rest);
  expect(found).toMatchObject(names.map((startMs) => figures((kind) => expected.point(kind, startMs))));
  return totals;
}

/** Buckets follow each other without a gap, and their counts add up to the totals' (unique conversations do not). */
export function checkThatBucketsAddUp(report: ConversationsReport | ResponseTimeReport): void {
  for (const { totals, series } of [report, ...(report.comparison === null ? [] : [report.comparison])]) {
    expect(series.slice(1).map(({ start }) => start)).toEqual(series.slice(0, -1).map(({ end }) => end));
    for (const key of [
      "created",
      "resolved",
      "reopened",
      "messagesIn",
      "messagesOut",
      "firstResponse",
      "resolution",
      "reply",
    ]) {
      const sum = series.reduce((total, point) => total + countOf(point, key), 0);
      expect({ [key]: sum }).toEqual({ [key]: countOf(totals, key) });
    }
  }
}

function countOf(figures: object, key: string): number {
  const value: unknown = Reflect.get(figures, key) ?? 0;
  return typeof value === "number" ? value : (value as { count: number }).count;
}

/** Every chart's series have a value for each x, also where the comparison has fewer buckets. */
export function checkThatChartsCanBeDrawn(report: ConversationsReport | ResponseTimeReport): void {
  for (const { kind, x, series } of report.charts) {
    if (kind !== "histogram") expect(x).toEqual(report.series.map(({ start }) => start));
    for (const { values } of series) expect(values).toHaveLength(x.length);
    expect(new Set(series.map(({ id }) => id)).size).toBe(series.length);
  }
}
