import { and, eq, isNull, lt, or, sql } from "drizzle-orm";
import { apiKeys } from "../schema/api-keys.ts";
import type { EngineTx } from "../transaction.ts";

/**
 * When was this key last used? Notes now, unless another process did within `intervalSeconds`.
 * Index: api_keys primary key. Changes nothing for an unknown key.
 */
export async function touchApiKey(tx: EngineTx, keyId: string, intervalSeconds: number): Promise<void> {
  await tx.orm
    .update(apiKeys)
    .set({ lastUsedAt: sql`now()` })
    .where(
      and(
        eq(apiKeys.id, keyId),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, sql`now() - make_interval(secs => ${intervalSeconds})`)),
      ),
    );
}
