import type { EngineTx } from "../transaction.ts";

export interface RefreshTokenRow {
  readonly id: string;
  readonly familyId: string;
  readonly userId: string;
  readonly tenantId: string | null;
  /** It was never used and never revoked: only time ended it. */
  readonly expired: boolean;
}

/** Whose refresh token has this secret, used or not? Index: refresh_tokens(secret_hash), unique. Null when there is none. */
export async function refreshTokenBySecretHash(tx: EngineTx, secretHash: Buffer): Promise<RefreshTokenRow | null> {
  const [row] = await tx.sql<RefreshTokenRow[]>`
    select id, family_id as "familyId", user_id as "userId", tenant_id as "tenantId",
      used_at is null and revoked_at is null and expires_at <= now() as expired
    from refresh_tokens where secret_hash = ${secretHash}`;
  return row ?? null;
}

/**
 * May this token be used, and by nobody else? True for exactly one of however many ask at once: the others find it used
 * when they get the row's lock. Index: primary key.
 */
export async function useRefreshToken(tx: EngineTx, id: string): Promise<boolean> {
  const { count } = await tx.sql`
    update refresh_tokens set used_at = now()
    where id = ${id} and used_at is null and revoked_at is null and expires_at > now()`;
  return count === 1;
}
