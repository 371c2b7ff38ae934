import { countUnansweredResolutions } from "@deskpulse/db/analytics/count-unanswered-resolutions";
import { groupAutomationRuns } from "@deskpulse/db/analytics/group-automation-runs";
import { measureAutomationRuns } from "@deskpulse/db/analytics/measure-automation-runs";
import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { automationCharts } from "@deskpulse/domain/analytics/automation-charts";
import { automationFiguresFrom, automationTotalsFrom } from "@deskpulse/domain/analytics/automation-figures";
import { automation as definition } from "@deskpulse/jobs/analytics/automation";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** What rules and bots did, over a range. */
export const automation: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      charts: automationCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const { tx, range, filters } = queries;
  queries.fromFacts();
  const runs = await measureAutomationRuns(tx, range, filters);
  done("runs of rules");
  const groups = await groupAutomationRuns(tx, range, filters);
  done("rules, triggers, actions and causes");
  const resolutions = await countUnansweredResolutions(tx, range, filters);
  done("resolutions");
  const facts = { runs, resolutions };
  return { totals: automationTotalsFrom(facts, groups), inBucket: automationFiguresFrom(facts) };
}
