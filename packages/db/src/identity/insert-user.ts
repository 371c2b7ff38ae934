import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

/**
 * Makes a user who may sign in with this e-mail (lower case), once there is a password. Their id, or null when somebody
 * has the e-mail. Index: users(email).
 */
export async function insertUser(
  { sql }: EngineTx,
  user: { readonly name: string; readonly email: string; readonly passwordHash: string | null },
): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    insert into users (id, name, email, password_hash)
    values (${uuidv7()}, ${user.name}, ${user.email}, ${user.passwordHash})
    on conflict (email) do nothing returning id`;
  return row?.id ?? null;
}
