import { and, asc, eq, gt } from "drizzle-orm";
import { inboxes } from "../schema/inboxes.ts";
import type { TenantTx } from "../transaction.ts";
import { type InboxSettings, inboxSettings } from "./inbox-settings.ts";

/** Which inboxes has the tenant, by id, after `afterId`? Index: primary key. Empty past the last. */
export async function listInboxes(
  tx: TenantTx,
  page: { readonly afterId: number; readonly limit: number },
): Promise<InboxSettings[]> {
  return await tx.orm
    .select(inboxSettings)
    .from(inboxes)
    .where(and(eq(inboxes.tenantId, tx.tenantId), gt(inboxes.id, page.afterId)))
    .orderBy(asc(inboxes.id))
    .limit(page.limit);
}
