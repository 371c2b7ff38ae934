import type { PlanName } from "@deskpulse/domain/tenants/plan";
import { eq } from "drizzle-orm";
import { tenants } from "../schema/tenants.ts";
import type { TenantTx } from "../transaction.ts";

/** Which plan has the tenant? Null when there is no such tenant. Index: primary key. */
export async function planOfTenant(tx: TenantTx): Promise<PlanName | null> {
  const [row] = await tx.orm.select({ plan: tenants.plan }).from(tenants).where(eq(tenants.id, tx.tenantId));
  return row?.plan ?? null;
}
