import { eq } from "drizzle-orm";
import { apiKeys } from "../schema/api-keys.ts";
import type { EngineTx } from "../transaction.ts";

/**
 * Which API key has this secret, in whichever tenant, and is it still in force? Ended keys are found too.
 * Index: api_keys(secret_hash), unique. Null when there is none.
 */
export async function apiKeyBySecretHash(tx: EngineTx, secretHash: Buffer) {
  const [key] = await tx.orm
    .select({
      id: apiKeys.id,
      tenantId: apiKeys.tenantId,
      role: apiKeys.role,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
      lastUsedAt: apiKeys.lastUsedAt,
    })
    .from(apiKeys)
    .where(eq(apiKeys.secretHash, secretHash));
  return key ?? null;
}
