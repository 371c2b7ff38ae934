import { v7 as uuidv7 } from "uuid";
import { inboxes } from "../schema/inboxes.ts";
import type { TenantTx } from "../transaction.ts";
import { type InboxSettings, inboxSettings } from "./inbox-settings.ts";

/** Makes an inbox; its source key is its own, since no source of events has named it yet. Serves itself: one row. */
export async function insertInbox(tx: TenantTx, inbox: Omit<InboxSettings, "id">): Promise<InboxSettings> {
  const [row] = await tx.orm
    .insert(inboxes)
    .values({ ...inbox, tenantId: tx.tenantId, sourceKey: `deskpulse:${uuidv7()}` })
    .returning(inboxSettings);
  if (row === undefined) throw new Error("an inbox was not stored");
  return row;
}
