import { reportParameters, toReportQuery } from "@deskpulse/domain/analytics/report-query";
import { type RecordedReport, recordedMetricNames, recordedReports } from "@deskpulse/domain/analytics/report-records";
import { z } from "zod";
import { instant, limit } from "../http/lists.ts";

// the keys of a constant table are its type's
export const recordsParams = z.strictObject({ report: z.enum(Object.keys(recordedReports) as RecordedReport[]) });

export const recordsQuery = z
  .strictObject({
    ...reportParameters,
    metric: z.enum(recordedMetricNames),
    /** The `start` of a bucket of the report; without it, the whole range. */
    bucket: instant.optional(),
    cursor: z
      .string()
      .regex(/^\d{1,15}-\d{1,15}$/, "expected the nextCursor of an answer")
      .optional(),
    limit,
  })
  .transform(({ metric, bucket, cursor, limit: atMost, ...parameters }) => ({
    ...toReportQuery(parameters),
    metric,
    bucket,
    cursor,
    limit: atMost,
  }));

const named = z.strictObject({ id: z.int().positive(), name: z.string() });

/** Somebody or something that a figure counts: when, in which conversation, credited to whom. */
const record = z.strictObject({
  /** The conversation's key in the system that its events come from. */
  conversation: z.string(),
  at: z.iso.datetime({ offset: true }),
  /** Null: nobody. */
  agent: z.strictObject({ id: z.uuid(), name: z.string() }).nullable(),
  team: named.nullable(),
  inbox: named,
  /** How long it took; null where the metric only counts. */
  seconds: z.number().nonnegative().nullable(),
});
export type RecordBody = z.input<typeof record>;

export const recordList = z.strictObject({ items: z.array(record), nextCursor: z.string().nullable() });
