import type { EngineTx } from "../transaction.ts";

/** By which hash does this user sign in? Null for who has no password, is disabled or unknown. Index: primary key. */
export async function readPasswordHash({ sql }: EngineTx, userId: string): Promise<string | null> {
  const [row] = await sql<{ password_hash: string | null }[]>`
    select password_hash from users where id = ${userId} and disabled_at is null`;
  return row?.password_hash ?? null;
}

/**
 * Puts a new hash in place of the one that was checked, and ends the user's sessions at the operator's desk. False when
 * another stands there by now. Indexes: users(id), operator_sessions(user_id).
 */
export async function replacePasswordHash(
  { sql }: EngineTx,
  userId: string,
  change: { readonly from: string; readonly to: string },
): Promise<boolean> {
  const updated = await sql`
    update users set password_hash = ${change.to} where id = ${userId} and password_hash = ${change.from}`;
  if (updated.count === 0) return false;
  await sql`update operator_sessions set revoked_at = now() where user_id = ${userId} and revoked_at is null`;
  return true;
}
