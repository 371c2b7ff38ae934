import { advanceIngestBatch, endIngestBatch } from "@deskpulse/db/ingest/advance-ingest-batch";
import { ingestEvents as takeIn } from "@deskpulse/db/ingest/ingest-events";
import { measureAnew } from "@deskpulse/db/ingest/measure-anew";
import { type IngestBatch, readChangedInboxes, readIngestBatch } from "@deskpulse/db/ingest/read-ingest-batch";
import { pagesOf, type ReadBatch, readBatch } from "@deskpulse/domain/ingest/read-batch";
import type { jobs } from "@deskpulse/jobs/catalog";
import type { JobOutput } from "@deskpulse/jobs/define-job";
import { rejectionsShownMax } from "@deskpulse/jobs/ingest/events";
import { type Processor, type RunContext, UnrecoverableError } from "@deskpulse/runs/worker/processor";
import { batchEntries } from "./batch-entries.ts";

type Context = RunContext<JobOutput<typeof jobs.ingestEvents>>;

/** Large enough that a conversation is seldom cut, small enough that locks are held for a moment only. */
const eventsPerPage = 1_000;
const statementTimeoutMs = 30_000;

export const ingestEvents: Processor<typeof jobs.ingestEvents> = async ({ input, ctx }) => {
  const batch = await ctx.inTenant((tx) => readIngestBatch(tx, input.batchId));
  if (batch === null) throw new UnrecoverableError("the received events are not kept any more");
  const read = readBatch(await batchEntries(batch), batch.receivedAt.getTime(), rejectionsShownMax);
  const accepted = await takePages(batch, read, ctx);
  const changed = await ctx.inTenant((tx) => readChangedInboxes(tx, batch.id));
  for (const inboxId of changed) await measureAnew(ctx, inboxId);
  const duplicate = read.events.length - accepted;
  ctx.log(`${accepted} events accepted, ${duplicate} known already, ${read.rejected} rejected`);
  return await ctx.finishIn(async (tx) => {
    await endIngestBatch(tx, batch.id);
    return { accepted, duplicate, rejected: read.rejected, rejections: [...read.rejections] };
  });
};

/** Takes in what an earlier attempt has not; returns how many events of the whole batch were new. */
async function takePages({ id, tenantId, source, ...batch }: IngestBatch, { events }: ReadBatch, ctx: Context) {
  let { taken, accepted } = batch;
  for (const page of pagesOf(events, taken, eventsPerPage)) {
    const from = taken;
    const to = taken + page.length;
    const { recorded } = await takeIn(ctx.database, tenantId, source, page, {
      keepReferences: true,
      statementTimeoutMs,
      signal: ctx.signal,
      alongside: (tx, { recorded: isNew, changedInboxes }) =>
        advanceIngestBatch(tx, id, { from, to, accepted: isNew, changedInboxes }),
    });
    taken = to;
    accepted += recorded;
    ctx.progress(to / events.length, `${to} of ${events.length} events taken in`);
  }
  return accepted;
}
