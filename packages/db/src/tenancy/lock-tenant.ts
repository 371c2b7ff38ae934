import { eq } from "drizzle-orm";
import { tenants } from "../schema/tenants.ts";
import type { EngineTx } from "../transaction.ts";
import { type TenantSettings, tenantSettings } from "./tenant-settings.ts";

/**
 * What is set for this tenant? Until the transaction ends nobody else changes its settings or members; rows that only
 * refer to the tenant are written meanwhile. Null when there is none. Index: primary key.
 */
export async function lockTenant(tx: EngineTx, tenantId: string): Promise<TenantSettings | null> {
  const [row] = await tx.orm.select(tenantSettings).from(tenants).where(eq(tenants.id, tenantId)).for("no key update");
  return row ?? null;
}
