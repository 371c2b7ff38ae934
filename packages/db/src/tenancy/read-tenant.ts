import { eq } from "drizzle-orm";
import { tenants } from "../schema/tenants.ts";
import type { EngineTx, TenantTx } from "../transaction.ts";

export interface Tenant {
  readonly id: string;
  readonly name: string;
  /** IANA zone. */
  readonly timezone: string;
}

/** What has this tenant set? Null when there is none that the transaction may see. Index: primary key. */
export async function readTenant(tx: TenantTx | EngineTx, tenantId: string): Promise<Tenant | null> {
  const [row] = await tx.orm
    .select({ id: tenants.id, name: tenants.name, timezone: tenants.timezone })
    .from(tenants)
    .where(eq(tenants.id, tenantId));
  return row ?? null;
}
