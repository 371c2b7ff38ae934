import type { EngineTx } from "../transaction.ts";

export interface TokenRevocation {
  readonly id: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Null when it is about a subject. */
  readonly tokenId: string | null;
  readonly subject: string | null;
  readonly tenantId: string | null;
  readonly issuedBefore: Date | null;
}

/** Revocations behind this one, in order of (createdAt, id). */
export interface RevocationCursor {
  readonly createdAt: Date;
  readonly id: number;
}

/** A process whose clock is behind Postgres' takes a token for longer: so long its revocation is kept and read. */
export const clockSkew = "10 minutes";

/** Which revocations came behind the cursor and are in force, for whichever process? Index: token_revocations(created_at, id). No rows when nothing was revoked. */
export async function newTokenRevocations(tx: EngineTx, after: RevocationCursor, limit: number) {
  const rows = await tx.sql<(Omit<TokenRevocation, "id"> & { id: string })[]>`
    select id, created_at as "createdAt", expires_at as "expiresAt", token_id as "tokenId", subject,
      tenant_id as "tenantId", issued_before as "issuedBefore"
    from token_revocations
    where (created_at, id) > (${after.createdAt}, ${after.id}) and expires_at > now() - ${clockSkew}::interval
    order by created_at, id limit ${limit}`;
  return rows.map((row): TokenRevocation => ({ ...row, id: Number(row.id) }));
}
