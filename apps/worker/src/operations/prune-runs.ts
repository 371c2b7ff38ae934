import { deleteEndedRefreshTokens, deleteEndedRevocations } from "@deskpulse/db/identity/delete-ended-tokens";
import { pruneIngestBatches } from "@deskpulse/db/ingest/prune-ingest-batches";
import { deleteEndedRuns, deleteOldIdempotencyKeys, deleteSilentWorkers } from "@deskpulse/db/jobs/prune-runs";
import { deleteOldSlots } from "@deskpulse/db/schedules/record-slots";
import type { jobs } from "@deskpulse/jobs/catalog";
import type { Processor } from "@deskpulse/runs/worker/processor";

const perStatement = 5_000;
const dayMs = 86_400_000;
/** Received events stay for a while after they were taken in, to see what a source really sent. */
const keepBatchDays = 7;
/** Each may be large. */
const batchesPerStatement = 100;

export const pruneRuns: Processor<typeof jobs.pruneRuns> = async ({ input, ctx }) => {
  const beforeMs = Date.now() - input.keepDays * dayMs;
  const runsDeleted = await inSteps(() => ctx.inEngine((tx) => deleteEndedRuns(tx, beforeMs, perStatement)));
  ctx.progress(0.6, "runs are pruned");
  const idempotencyKeysDeleted = await inSteps(() =>
    ctx.inEngine((tx) => deleteOldIdempotencyKeys(tx, 24, perStatement)),
  );
  const slotsDeleted = await inSteps(() => ctx.inEngine((tx) => deleteOldSlots(tx, beforeMs, perStatement)));
  const workersDeleted = await ctx.inEngine((tx) => deleteSilentWorkers(tx, 24));
  const revocationsDeleted = await inSteps(() => ctx.inEngine((tx) => deleteEndedRevocations(tx, perStatement)));
  const refreshDeleted = await inSteps(() => ctx.inEngine((tx) => deleteEndedRefreshTokens(tx, perStatement)));
  const tokensDeleted = revocationsDeleted + refreshDeleted;
  const ingestBatchesDeleted = await inSteps(
    () => ctx.inEngine((tx) => pruneIngestBatches(tx, keepBatchDays, beforeMs, batchesPerStatement)),
    batchesPerStatement,
  );
  ctx.log(`deleted ${runsDeleted} runs, ${idempotencyKeysDeleted} idempotency keys and ${tokensDeleted} ended tokens`);
  return { runsDeleted, idempotencyKeysDeleted, slotsDeleted, workersDeleted, tokensDeleted, ingestBatchesDeleted };
};

/** Short statements until one finds less than it may take, so that no lock is held for long. */
async function inSteps(step: () => Promise<number>, most = perStatement): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await step();
    total += deleted;
    if (deleted < most) return total;
  }
}
