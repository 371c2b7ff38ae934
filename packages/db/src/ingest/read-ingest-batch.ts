import { and, eq } from "drizzle-orm";
import { ingestBatches } from "../schema/ingest-batches.ts";
import type { TenantTx } from "../transaction.ts";

export type IngestBatch = typeof ingestBatches.$inferSelect;

/** What was received under this id, and how far is it taken in? Index: primary key. Null when it is not (or no longer) kept. */
export async function readIngestBatch({ orm, tenantId }: TenantTx, id: string): Promise<IngestBatch | null> {
  const [batch] = await orm
    .select()
    .from(ingestBatches)
    .where(and(eq(ingestBatches.tenantId, tenantId), eq(ingestBatches.id, id)));
  return batch ?? null;
}

/** Which inboxes did this batch change so that their measurements have to be made anew? Index: primary key. Unknown: none. */
export async function readChangedInboxes({ orm, tenantId }: TenantTx, id: string): Promise<readonly number[]> {
  const [batch] = await orm
    .select({ changed: ingestBatches.changedInboxes })
    .from(ingestBatches)
    .where(and(eq(ingestBatches.tenantId, tenantId), eq(ingestBatches.id, id)));
  return batch?.changed ?? [];
}
