import { countCohorts } from "@deskpulse/db/analytics/count-cohorts";
import { countMeasurements } from "@deskpulse/db/analytics/count-measurements";
import { measureActivity } from "@deskpulse/db/analytics/measure-activity";
import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { engagementCharts } from "@deskpulse/domain/analytics/engagement-charts";
import { type Cohort, cohortsFrom, engagementFiguresFrom } from "@deskpulse/domain/analytics/engagement-figures";
import { formatInZone } from "@deskpulse/domain/time/buckets";
import { engagement as definition } from "@deskpulse/jobs/analytics/engagement";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

const periodsMax = 12;
const weekMs = 7 * 86_400_000;

/** Who comes, who comes back, and what they write, over a range. */
export const engagement: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 4,
      measure,
      charts: engagementCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const { tx, range, filters } = queries;
  queries.fromFacts();
  const activity = await measureActivity(tx, range, filters);
  done("customers");
  const reopenings = await countMeasurements(tx, "reopening", range, filters, weekMs);
  done("reopenings");
  const weeklyCohorts = await cohorts(queries, "week");
  done("weekly cohorts");
  const monthlyCohorts = await cohorts(queries, "month");
  done("monthly cohorts");
  const inBucket = engagementFiguresFrom({ activity, reopenings });
  return { totals: { ...inBucket(null), weeklyCohorts, monthlyCohorts }, inBucket };
}

async function cohorts(queries: RangeQueries, groupBy: "week" | "month"): Promise<Cohort[]> {
  const periods = queries.periods(groupBy, periodsMax);
  const counts = await countCohorts(queries.tx, periods, queries.filters);
  return cohortsFrom(
    counts,
    periods.startsMs.map((startMs) => formatInZone(startMs, queries.timezone)),
  );
}
