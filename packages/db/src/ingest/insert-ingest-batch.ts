import { v7 as uuidv7 } from "uuid";
import { ingestBatches } from "../schema/ingest-batches.ts";
import type { TenantTx } from "../transaction.ts";

export type IngestFormat = "json" | "ndjson";

export interface NewIngestBatch {
  readonly source: string;
  readonly format: IngestFormat;
  /** gzip. */
  readonly body: Buffer;
}

/** Keeps a batch as it was received, for its run; returns its id. Rejects for a tenant that is not there. */
export async function insertIngestBatch({ orm, tenantId }: TenantTx, batch: NewIngestBatch): Promise<string> {
  const id = uuidv7();
  await orm.insert(ingestBatches).values({ ...batch, tenantId, id });
  return id;
}
