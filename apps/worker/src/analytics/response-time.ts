import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { responseCharts } from "@deskpulse/domain/analytics/response-charts";
import { responseFiguresFrom, responseTotalsFrom } from "@deskpulse/domain/analytics/response-figures";
import { responseTime as definition } from "@deskpulse/jobs/analytics/response-time";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** How long customers waited for answers, over a range. */
export const responseTime: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      breakdown: {
        facts: ["first_response", "reply_time"],
        parts: 2,
        measure: async (queries, done) => responseFiguresFrom(await measureAnswers(queries, done)),
      },
      charts: responseCharts,
    },
    input,
    ctx,
  );

async function measureAnswers(queries: RangeQueries, done: PartDone) {
  const firstResponses = await queries.durations("first_response");
  done("first responses");
  const replies = await queries.durations("reply_time");
  done("replies");
  return { firstResponses, replies };
}

async function measure(queries: RangeQueries, done: PartDone) {
  const answers = await measureAnswers(queries, done);
  const classes = await queries.responseClasses();
  done("histogram");
  return { totals: responseTotalsFrom({ ...answers, classes }), inBucket: responseFiguresFrom(answers) };
}
