import type { TenantTx } from "../transaction.ts";

export interface TakenPage {
  /** Events taken in before this page, and with it. */
  readonly from: number;
  readonly to: number;
  readonly accepted: number;
  readonly changedInboxes: readonly number[];
}

/**
 * How far is this batch? Says so in the transaction that takes the page in, so that a run which begins again goes on
 * where it was and counts nothing twice. Index: primary key. Rejects when another worker has come further.
 */
export async function advanceIngestBatch({ sql, tenantId }: TenantTx, id: string, page: TakenPage): Promise<void> {
  const { count } = await sql`
    update ingest_batches set taken = ${page.to}, accepted = accepted + ${page.accepted},
      changed_inboxes = array(
        select distinct unnest(changed_inboxes || ${[...page.changedInboxes]}::bigint[])
      )
    where tenant_id = ${tenantId} and id = ${id} and taken = ${page.from}`;
  if (count === 0) throw new Error("another worker takes this batch in");
}

/** Says that a batch is done with. Index: primary key. An unknown one changes nothing. */
export async function endIngestBatch({ sql, tenantId }: TenantTx, id: string): Promise<void> {
  await sql`update ingest_batches set ended_at = now() where tenant_id = ${tenantId} and id = ${id}`;
}
