import { asc, gt } from "drizzle-orm";
import { tenants } from "../schema/tenants.ts";
import type { EngineTx } from "../transaction.ts";
import { type TenantSettings, tenantSettings } from "./tenant-settings.ts";

/** Which tenants are there, by id, after `afterId`? Index: primary key. Empty past the last. */
export async function listTenants(
  tx: EngineTx,
  page: { readonly afterId: string | undefined; readonly limit: number },
): Promise<TenantSettings[]> {
  return await tx.orm
    .select(tenantSettings)
    .from(tenants)
    .where(page.afterId === undefined ? undefined : gt(tenants.id, page.afterId))
    .orderBy(asc(tenants.id))
    .limit(page.limit);
}
