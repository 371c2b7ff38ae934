import type { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { volumeCharts } from "@deskpulse/domain/analytics/volume-charts";
import { type DayVolumes, volumeTotalsFrom } from "@deskpulse/domain/analytics/volume-figures";
import { volumesFrom } from "@deskpulse/domain/analytics/volumes";
import { bucketsMax, formatInZone } from "@deskpulse/domain/time/buckets";
import { volumeTrends as definition } from "@deskpulse/jobs/analytics/volume-trends";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { PartDone } from "./report-work.ts";
import { runReport } from "./run-report.ts";

/** How volumes grow and vary, over a range. */
export const volumeTrends: Processor<typeof definition> = ({ input, ctx }) =>
  runReport(
    {
      report: definition.name,
      definitionVersion: 1,
      statementTimeoutMs: definition.timeoutMs,
      parts: 3,
      measure,
      charts: volumeCharts,
    },
    input,
    ctx,
  );

async function measure(queries: RangeQueries, done: PartDone) {
  const inBucket = volumesFrom(await queries.volumes());
  done("volumes");
  const { current, previous } = queries.byDay();
  const before = volumesFrom(await queries.over(previous, "day").volumes())(null);
  done("the range before");
  const days: DayVolumes[] = [];
  // more days than a report has buckets: what changes over so long is no trend of days
  if (current.startsMs.length <= bucketsMax) {
    const onDay = volumesFrom(await queries.over(current, "day").volumes());
    const untilMs = Math.min(current.toMs, Date.now());
    for (const [index, startMs] of current.startsMs.entries()) {
      if (startMs < current.fromMs || (current.startsMs[index + 1] ?? current.endMs) > untilMs) continue;
      days.push({ day: formatInZone(startMs, queries.timezone).slice(0, 10), ...onDay(index) });
    }
  }
  done("days");
  return { totals: volumeTotalsFrom(inBucket(null), before, days), inBucket };
}
