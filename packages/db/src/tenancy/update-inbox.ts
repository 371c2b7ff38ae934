import { and, eq } from "drizzle-orm";
import { inboxes } from "../schema/inboxes.ts";
import type { TenantTx } from "../transaction.ts";
import type { InboxSettings } from "./inbox-settings.ts";

/** Writes how an inbox of the tenant is set. Index: primary key. Nothing for one that is not there. */
export async function updateInbox(tx: TenantTx, { id, ...settings }: InboxSettings): Promise<void> {
  await tx.orm
    .update(inboxes)
    .set(settings)
    .where(and(eq(inboxes.tenantId, tx.tenantId), eq(inboxes.id, id)));
}
