import type { EngineTx } from "../transaction.ts";

/**
 * Does this user belong to another tenant as well? Until the transaction ends they join none. Indexes: users(id),
 * memberships(user_id). False for a user who is not there.
 */
export async function belongsElsewhere({ sql }: EngineTx, tenantId: string, userId: string): Promise<boolean> {
  // the foreign key of a new membership would wait for this lock
  await sql`select from users where id = ${userId} for update`;
  const [row] = await sql<{ elsewhere: boolean }[]>`
    select exists (
      select from memberships where user_id = ${userId} and tenant_id <> ${tenantId} and ended_at is null
    ) as elsewhere`;
  return row?.elsewhere ?? false;
}
