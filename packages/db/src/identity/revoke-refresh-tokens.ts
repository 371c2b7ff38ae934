import type { EngineTx } from "../transaction.ts";

/**
 * Which refresh tokens of this family are not revoked yet, used or not? They are; returns how many.
 * Index: refresh_tokens(family_id). 0 for an unknown family, and for one that was revoked before.
 */
export async function revokeRefreshFamily(tx: EngineTx, familyId: string): Promise<number> {
  const { count } = await tx.sql`
    update refresh_tokens set revoked_at = now() where family_id = ${familyId} and revoked_at is null`;
  return count;
}

/**
 * Which refresh tokens of this subject, in whichever tenant, still count? They are revoked.
 * Index: refresh_tokens(user_id). Nothing for a subject that is no user.
 */
export async function revokeRefreshTokensOfUser(tx: EngineTx, userId: string): Promise<void> {
  await tx.sql`update refresh_tokens set revoked_at = now() where user_id = ${userId} and revoked_at is null`;
}
