import { countCreated } from "@deskpulse/db/analytics/count-created";
import { countMessages } from "@deskpulse/db/analytics/count-messages";
import { countOutcomes } from "@deskpulse/db/analytics/count-outcomes";
import { measureDurations } from "@deskpulse/db/analytics/measure-durations";
import type { TenantTx } from "@deskpulse/db/transaction";
import { conversationCharts } from "@deskpulse/domain/analytics/conversation-charts";
import { conversationFiguresFrom } from "@deskpulse/domain/analytics/conversation-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import { conversations as definition } from "@deskpulse/jobs/analytics/conversations";
import type { Processor } from "@deskpulse/runs/worker/processor";
import { type PartDone, runReport } from "./run-report.ts";

/** Conversations, messages and how long they took, over a range. */
export const conversations: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 5,
      measure,
      charts: conversationCharts,
    },
    input,
    ctx,
  );

async function measure(tx: TenantTx, range: BucketedRange, filters: ReportFilters, done: PartDone) {
  const created = await countCreated(tx, range, filters);
  done("conversations created");
  const firstResponses = await measureDurations(tx, "first_response", range, filters);
  done("first responses");
  const resolutions = await measureDurations(tx, "resolution", range, filters);
  done("resolutions");
  const outcomes = await countOutcomes(tx, range, filters);
  done("reopenings");
  const messages = await countMessages(tx, range, filters);
  done("messages");
  const inBucket = conversationFiguresFrom({ created, firstResponses, resolutions, outcomes, messages });
  return { totals: inBucket(null), inBucket };
}
