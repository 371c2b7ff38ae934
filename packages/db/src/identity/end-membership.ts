import type { EngineTx } from "../transaction.ts";

/**
 * Ends a membership, and the refresh tokens that were made for it. Indexes: primary key of memberships,
 * refresh_tokens_membership. Nothing for who is no member.
 */
export async function endMembership({ sql }: EngineTx, tenantId: string, userId: string): Promise<void> {
  await sql`
    update memberships set ended_at = now()
    where tenant_id = ${tenantId} and user_id = ${userId} and ended_at is null`;
  await sql`
    update refresh_tokens set revoked_at = now()
    where tenant_id = ${tenantId} and user_id = ${userId} and revoked_at is null`;
}
