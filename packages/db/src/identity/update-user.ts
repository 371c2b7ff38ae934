import type { EngineTx } from "../transaction.ts";

/** Gives a user a name, and disables them or not; who is disabled already keeps the time of it. Index: primary key. */
export async function updateUser(
  { sql }: EngineTx,
  user: { readonly id: string; readonly name: string; readonly disabled: boolean },
): Promise<void> {
  await sql`
    update users set name = ${user.name},
      disabled_at = case when ${user.disabled} then coalesce(disabled_at, now()) end
    where id = ${user.id}`;
}
