import { and, desc, eq, lt } from "drizzle-orm";
import { apiKeys } from "../schema/api-keys.ts";
import type { TenantTx } from "../transaction.ts";

/**
 * The tenant's API keys in descending order of id, ended ones too, behind `beforeId` if given.
 * Index: api_keys(tenant_id); a tenant has few. No rows for an empty tenant.
 */
export async function listApiKeys(
  tx: TenantTx,
  page: { readonly beforeId?: string | undefined; readonly limit: number },
) {
  return await tx.orm
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      role: apiKeys.role,
      createdBy: apiKeys.createdBy,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .where(
      and(eq(apiKeys.tenantId, tx.tenantId), page.beforeId === undefined ? undefined : lt(apiKeys.id, page.beforeId)),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit);
}
