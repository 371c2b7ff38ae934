import { eq } from "drizzle-orm";
import { tenants } from "../schema/tenants.ts";
import type { TenantTx } from "../transaction.ts";
import { type TenantSettings, tenantSettings } from "./tenant-settings.ts";

/** What is set for this transaction's tenant? Null when there is none. Index: primary key. */
export async function readTenantSettings(tx: TenantTx): Promise<TenantSettings | null> {
  const [row] = await tx.orm.select(tenantSettings).from(tenants).where(eq(tenants.id, tx.tenantId));
  return row ?? null;
}
