import type { EngineTx } from "../transaction.ts";

/** Revokes one token (its fingerprint) until `expiresAt`. Serves itself: one row, no search. */
export async function insertTokenRevocation(tx: EngineTx, tokenId: string, expiresAt: Date): Promise<void> {
  await tx.sql`insert into token_revocations (token_id, expires_at) values (${tokenId}, ${expiresAt})`;
}

/**
 * Revokes what came with a family of refresh tokens, for so long by Postgres' clock, by which its tokens were issued.
 * Serves itself: one row, no search.
 */
export async function insertFamilyRevocation(tx: EngineTx, familyId: string, keptSeconds: number): Promise<void> {
  await tx.sql`
    insert into token_revocations (token_id, expires_at) values (${familyId}, now() + make_interval(secs => ${keptSeconds}))`;
}

/**
 * Revokes what a subject was issued until now, in one tenant or (null) everywhere. Now is Postgres' clock at this very
 * statement, so that it lies behind the change before it. Serves itself: one row, no search.
 */
export async function insertSubjectRevocation(
  tx: EngineTx,
  revocation: { readonly subject: string; readonly tenantId: string | null; readonly keptSeconds: number },
): Promise<void> {
  const { subject, tenantId, keptSeconds } = revocation;
  await tx.sql`
    insert into token_revocations (subject, tenant_id, issued_before, expires_at)
    values (${subject}, ${tenantId}, clock_timestamp(), now() + make_interval(secs => ${keptSeconds}))`;
}
