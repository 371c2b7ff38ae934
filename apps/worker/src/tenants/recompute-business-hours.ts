import { awaitWorkingHoursHolders } from "@deskpulse/db/ingest/await-working-hours-holders";
import { newestMeasurementId } from "@deskpulse/db/ingest/newest-measurement-id";
import { type MeasurementPage, recomputeBusinessPage } from "@deskpulse/db/ingest/recompute-business-page";
import type { jobs } from "@deskpulse/jobs/catalog";
import type { Processor } from "@deskpulse/runs/worker/processor";

const perPage = 1_000;

export const recomputeBusinessHours: Processor<typeof jobs.recomputeBusinessHours> = async ({ input, ctx }) => {
  await ctx.inTenant(awaitWorkingHoursHolders, { statementTimeoutMs: 60_000 });
  // what is measured from now on goes by the present hours
  const untilId = await ctx.inTenant(newestMeasurementId);
  let measurementsChanged = 0;
  let afterId: number | null = 0;
  while (afterId !== null) {
    const page: MeasurementPage = { afterId, untilId, inboxId: input.inboxId, limit: perPage };
    const { lastId, changed } = await ctx.inTenant((tx) => recomputeBusinessPage(tx, page));
    measurementsChanged += changed;
    afterId = lastId;
    if (lastId !== null) ctx.progress(lastId / untilId, "measurements are measured anew");
  }
  ctx.log(`${measurementsChanged} measurements changed`);
  return { measurementsChanged };
};
