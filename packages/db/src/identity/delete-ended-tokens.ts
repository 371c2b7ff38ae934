import type { EngineTx } from "../transaction.ts";
import { clockSkew } from "./new-token-revocations.ts";

/** Deletes at most `limit` revocations of tokens that have expired for every process; returns how many. Index: token_revocations(expires_at). */
export async function deleteEndedRevocations(tx: EngineTx, limit: number): Promise<number> {
  const { count } = await tx.sql`
    delete from token_revocations where id in (
      select id from token_revocations where expires_at < now() - ${clockSkew}::interval order by expires_at limit ${limit})`;
  return count;
}

/**
 * Deletes at most `limit` refresh tokens that have expired; returns how many. Used ones stay until then, so that their
 * reuse is noticed. Index: refresh_tokens(expires_at).
 */
export async function deleteEndedRefreshTokens(tx: EngineTx, limit: number): Promise<number> {
  const { count } = await tx.sql`
    delete from refresh_tokens where id in (
      select id from refresh_tokens where expires_at < now() order by expires_at limit ${limit})`;
  return count;
}
