import type { PlanName } from "@deskpulse/domain/tenants/plan";
import { v7 as uuidv7 } from "uuid";
import { tenants } from "../schema/tenants.ts";
import type { EngineTx } from "../transaction.ts";
import { type TenantSettings, tenantSettings } from "./tenant-settings.ts";

/** Makes a tenant. Null when another has the name. Index: tenants_name_unique. */
export async function insertTenant(
  tx: EngineTx,
  tenant: { readonly name: string; readonly timezone: string; readonly plan: PlanName },
): Promise<TenantSettings | null> {
  const [row] = await tx.orm
    .insert(tenants)
    .values({ id: uuidv7(), ...tenant })
    .onConflictDoNothing({ target: tenants.name })
    .returning(tenantSettings);
  return row ?? null;
}
