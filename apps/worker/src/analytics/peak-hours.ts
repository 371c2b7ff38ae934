import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { peakCharts } from "@deskpulse/domain/analytics/peak-charts";
import { peaksFrom } from "@deskpulse/domain/analytics/peak-figures";
import { volumesFrom } from "@deskpulse/domain/analytics/volumes";
import { formatInZone } from "@deskpulse/domain/time/buckets";
import { occurrencesInRange } from "@deskpulse/domain/time/hours-of-week";
import { peakHours as definition } from "@deskpulse/jobs/analytics/peak-hours";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** When work comes in and gets done, by weekday and hour. */
export const peakHours: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      charts: peakCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const { range, timezone } = queries;
  const inBucket = volumesFrom(await queries.volumes());
  done("volumes");
  const counts = await queries.hoursOfWeek();
  done("hours of the week");
  const quarters = await queries.openByQuarter();
  done("open conversations");
  const local = (atMs: number): string => formatInZone(atMs, timezone);
  const peaks = peaksFrom(counts, occurrencesInRange(range, timezone), quarters, local);
  return { totals: { ...inBucket(null), ...peaks }, inBucket };
}
