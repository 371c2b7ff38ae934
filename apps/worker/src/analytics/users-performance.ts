import { judgeAgents } from "@deskpulse/db/analytics/judge-agents";
import { measureMedians } from "@deskpulse/db/analytics/measure-medians";
import { measureTeams } from "@deskpulse/db/analytics/measure-teams";
import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { agentCharts } from "@deskpulse/domain/analytics/agent-charts";
import { agentFiguresFrom, agentTotalsFrom } from "@deskpulse/domain/analytics/agent-figures";
import { usersPerformance as definition } from "@deskpulse/jobs/analytics/users-performance";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

const rowsMax = 500;

/** What agents and teams did, over a range. */
export const usersPerformance: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 4,
      measure: (queries, done) => measure(queries, done, input.precision === "exact"),
      charts: agentCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone, isExact: boolean) {
  const { tx, range, filters } = queries;
  const measured = await queries.agents(rowsMax);
  done("agents");
  queries.fromFacts();
  const teams = await measureTeams(tx, range, filters, rowsMax);
  done("teams");
  const judged = await judgeAgents(tx, range, filters, Date.now());
  done("ratings and promises");
  const medians = isExact ? await measureMedians(tx, range, filters) : null;
  done("medians");
  const facts = { ...measured, teams, judged, medians };
  return { totals: agentTotalsFrom(facts), inBucket: agentFiguresFrom(facts) };
}
