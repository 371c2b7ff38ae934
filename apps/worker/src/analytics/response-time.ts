import { classifyFirstResponses } from "@deskpulse/db/analytics/classify-first-responses";
import { measureDurations } from "@deskpulse/db/analytics/measure-durations";
import type { TenantTx } from "@deskpulse/db/transaction";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import { responseCharts } from "@deskpulse/domain/analytics/response-charts";
import { responseBoundsMs } from "@deskpulse/domain/analytics/response-classes";
import { responseFiguresFrom, responseTotalsFrom } from "@deskpulse/domain/analytics/response-figures";
import { responseTime as definition } from "@deskpulse/jobs/analytics/response-time";
import type { Processor } from "@deskpulse/runs/worker/processor";
import { type PartDone, runReport } from "./run-report.ts";

/** How long customers waited for answers, over a range. */
export const responseTime: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      charts: responseCharts,
    },
    input,
    ctx,
  );

async function measure(tx: TenantTx, range: BucketedRange, filters: ReportFilters, done: PartDone) {
  const firstResponses = await measureDurations(tx, "first_response", range, filters);
  done("first responses");
  const replies = await measureDurations(tx, "reply_time", range, filters);
  done("replies");
  const classes = await classifyFirstResponses(tx, responseBoundsMs, range, filters);
  done("histogram");
  const facts = { firstResponses, replies, classes };
  return { totals: responseTotalsFrom(facts), inBucket: responseFiguresFrom(facts) };
}
