import { measureAnew } from "@deskpulse/db/ingest/measure-anew";
import type { jobs } from "@deskpulse/jobs/catalog";
import type { Processor } from "@deskpulse/runs/worker/processor";

export const recomputeBusinessHours: Processor<typeof jobs.recomputeBusinessHours> = async ({ input, ctx }) => {
  const measurementsChanged = await measureAnew(ctx, input.inboxId);
  ctx.log(`${measurementsChanged} measurements changed`);
  return { measurementsChanged };
};
