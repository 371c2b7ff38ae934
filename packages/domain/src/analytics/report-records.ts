import { ProblemError } from "../errors.ts";
import type { InstantRange } from "../time/buckets.ts";
import type { DurationClock } from "./duration-figures.ts";
import type { ReportFact } from "./report-facts.ts";
import type { ReportFilters } from "./report-filters.ts";
import { type BucketedRange, planReport } from "./report-plan.ts";
import { preparationFor, prepareReport, type ReportInput } from "./report-request.ts";

/** What a figure of a report is made of: facts of one kind. */
export interface RecordedMetric {
  readonly fact: ReportFact;
  /** Each conversation once, by its first fact of the range. */
  readonly perConversation?: true;
  /** A duration, so that in business hours what has none is no part of it. */
  readonly isMeasured?: true;
}

const firstResponse: RecordedMetric = { fact: "first_response", isMeasured: true };
const reply: RecordedMetric = { fact: "reply_time", isMeasured: true };

const volumes = {
  created: { fact: "created" },
  messagesIn: { fact: "message_in" },
  resolved: { fact: "resolution" },
} as const satisfies Readonly<Record<string, RecordedMetric>>;

/** Reports by their path below /api/analytics, with the metrics whose records can be read. */
export const recordedReports = {
  conversations: {
    created: { fact: "created" },
    resolved: { fact: "resolution" },
    uniqueResolved: { fact: "resolution", perConversation: true },
    reopened: { fact: "reopening" },
    messagesIn: { fact: "message_in" },
    messagesOut: { fact: "message_out" },
    messagesPrivate: { fact: "message_private" },
    botResolved: { fact: "bot_resolution" },
    handoffs: { fact: "handoff" },
    firstResponse,
    reply,
    resolution: { fact: "resolution", isMeasured: true },
  },
  "response-time": {
    firstResponse,
    reply,
  },
  "volume-trends": volumes,
  "peak-hours": volumes,
  satisfaction: {
    answered: { fact: "survey_answered" },
    surveysSent: { fact: "survey_sent" },
    /** By the time when they were sent, as the response rate counts them. */
    surveysAnswered: { fact: "survey_sent_answered" },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, RecordedMetric>>>>;
export type RecordedReport = keyof typeof recordedReports;

const preparations = {
  conversations: preparationFor("breakdown", "businessHours"),
  "response-time": preparationFor("breakdown", "businessHours"),
  "volume-trends": prepareReport,
  "peak-hours": prepareReport,
  satisfaction: prepareReport,
} as const satisfies Readonly<Record<RecordedReport, unknown>>;

/** Completes a request as the report itself does. Throws what that throws: ProblemError (unprocessable). */
export const prepareRecords = (report: RecordedReport, ...given: Parameters<typeof prepareReport>): ReportInput =>
  preparations[report](...given);

export const recordedMetricNames = [
  ...new Set(Object.values(recordedReports).flatMap((metrics) => Object.keys(metrics))),
];

/** Which facts stand behind a figure. */
export interface RecordsPlan {
  readonly metric: RecordedMetric;
  readonly range: InstantRange;
  readonly filters: ReportFilters;
  readonly clock: DurationClock;
}

/**
 * The records behind a metric in the report's range or, given the start of a bucket, in that bucket. What stands
 * behind the comparison is asked for by its own range. Throws ProblemError (unprocessable) for a metric or a bucket that
 * the report has not.
 */
export function planRecords(
  report: RecordedReport,
  asked: { readonly metric: string; readonly bucket?: string | undefined },
  input: ReportInput,
): RecordsPlan {
  const metrics: Readonly<Record<string, RecordedMetric>> = recordedReports[report];
  const metric = Object.hasOwn(metrics, asked.metric) ? metrics[asked.metric] : undefined;
  if (metric === undefined) {
    throw new ProblemError("unprocessable", `the report ${report} has no records of ${asked.metric}`, {
      errors: [{ pointer: "/metric", detail: `expected one of ${Object.keys(metrics).join(", ")}` }],
    });
  }
  const { current } = planReport(input);
  const clock = input.businessHours === true ? "business" : "wall";
  const parts = { metric, filters: input.filters, clock } as const;
  if (asked.bucket === undefined) return { ...parts, range: { fromMs: current.fromMs, toMs: current.toMs } };
  const range = bucketFrom(Date.parse(asked.bucket), current);
  if (range !== null) return { ...parts, range };
  throw new ProblemError("unprocessable", "no bucket of the report starts then", {
    errors: [{ pointer: "/bucket", detail: "expected the start of a bucket of the report" }],
  });
}

/** The part of the bucket that lies in the range. */
function bucketFrom(startMs: number, { fromMs, toMs, startsMs, endMs }: BucketedRange): InstantRange | null {
  const index = startsMs.indexOf(startMs);
  if (index === -1) return null;
  return { fromMs: Math.max(fromMs, startMs), toMs: Math.min(toMs, startsMs[index + 1] ?? endMs) };
}
