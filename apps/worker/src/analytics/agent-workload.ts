import { countStanding } from "@deskpulse/db/analytics/count-standing";
import { type LoadRow, measureLoads } from "@deskpulse/db/analytics/measure-loads";
import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { weighOpenChanges } from "@deskpulse/db/analytics/weigh-open-changes";
import { workloadCharts } from "@deskpulse/domain/analytics/workload-charts";
import { workloadBuckets, workloadTotalsFrom } from "@deskpulse/domain/analytics/workload-figures";
import { agentWorkload as definition } from "@deskpulse/jobs/analytics/agent-workload";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** Who has how many open conversations, now and over a range. */
export const agentWorkload: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 2,
      measure,
      charts: workloadCharts,
    },
    input,
    ctx,
  );

const none = { openNow: 0, pendingNow: 0, snoozedNow: 0, openMs: 0 };

async function measure(queries: RangeQueries, done: PartDone) {
  const { tx, range, filters } = queries;
  queries.fromFacts();
  // what stands now will not stand so for ever: the time to come counts for nobody
  const passed = { ...range, toMs: Math.max(range.fromMs, Math.min(range.toMs, Date.now())) };
  const rows = await measureLoads(tx, passed, filters);
  done("loads");
  const [standing] = await countStanding(tx, passed.toMs, filters);
  const bounds = range.startsMs.map((startMs, index) => ({
    fromMs: Math.max(startMs, range.fromMs),
    toMs: Math.min(range.startsMs[index + 1] ?? range.endMs, passed.toMs),
  }));
  const changes = await weighOpenChanges(tx, passed, filters);
  const buckets = workloadBuckets(standing?.open ?? 0, changes, bounds, range.fromMs);
  done("open conversations");
  const of = (by: LoadRow["by"]) => rows.filter((row) => row.by === by);
  const passedMs = passed.toMs - passed.fromMs;
  const totals = workloadTotalsFrom({
    agents: of("agent").flatMap(({ agentId, name, ...load }) =>
      agentId === null ? [] : [{ ...load, agentId, name: name ?? "" }],
    ),
    teams: of("team"),
    unassigned: of("agent").find(({ agentId }) => agentId === null) ?? none,
    whole: of("whole")[0] ?? none,
    passedMs,
    openAtEnd: passedMs === 0 ? null : (standing?.open ?? 0),
  });
  return { totals, inBucket: (index: number) => buckets[index] ?? { averageOpen: null, openAtEnd: null } };
}
