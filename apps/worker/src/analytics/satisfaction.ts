import { listComments } from "@deskpulse/db/analytics/list-comments";
import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { satisfactionCharts } from "@deskpulse/domain/analytics/satisfaction-charts";
import { satisfactionFiguresFrom, satisfactionTotalsFrom } from "@deskpulse/domain/analytics/satisfaction-figures";
import { formatInZone } from "@deskpulse/domain/time/buckets";
import { satisfaction as definition } from "@deskpulse/jobs/analytics/satisfaction";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

const commentsMax = 50;

/** What customers said when they were asked, over a range. */
export const satisfaction: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      charts: satisfactionCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const ratings = await queries.ratings();
  done("ratings");
  const surveys = await queries.surveys();
  done("surveys");
  queries.fromFacts();
  const comments = await listComments(queries.tx, queries.range, queries.filters, commentsMax);
  done("comments");
  const facts = { ratings, surveys };
  const said = comments.map(({ at, ...rest }) => ({ ...rest, at: formatInZone(at.getTime(), queries.timezone) }));
  return { totals: satisfactionTotalsFrom(facts, said), inBucket: satisfactionFiguresFrom(facts) };
}
