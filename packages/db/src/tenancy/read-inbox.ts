import { and, eq } from "drizzle-orm";
import { inboxes } from "../schema/inboxes.ts";
import type { TenantTx } from "../transaction.ts";
import { type InboxSettings, inboxSettings } from "./inbox-settings.ts";

/** How is this inbox set? Null when the tenant has no such one. Index: primary key. */
export async function readInbox(tx: TenantTx, inboxId: number): Promise<InboxSettings | null> {
  const [row] = await tx.orm.select(inboxSettings).from(inboxes).where(ownInbox(tx, inboxId));
  return row ?? null;
}

/** The same, and until the transaction ends nobody else changes it. */
export async function lockInbox(tx: TenantTx, inboxId: number): Promise<InboxSettings | null> {
  const [row] = await tx.orm.select(inboxSettings).from(inboxes).where(ownInbox(tx, inboxId)).for("no key update");
  return row ?? null;
}

const ownInbox = (tx: TenantTx, inboxId: number) => and(eq(inboxes.tenantId, tx.tenantId), eq(inboxes.id, inboxId));
