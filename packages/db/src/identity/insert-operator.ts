import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";

export interface NewOperator {
  readonly name: string;
  /** Lower case. */
  readonly email: string;
  readonly passwordHash: string;
  readonly operator: "full" | "read-only";
}

/** Makes somebody who runs the platform. Their id, or null when somebody has the e-mail. Index: users(email). */
export async function insertOperator({ sql }: EngineTx, user: NewOperator): Promise<string | null> {
  const [row] = await sql<{ id: string }[]>`
    insert into users (id, name, email, password_hash, operator)
    values (${uuidv7()}, ${user.name}, ${user.email}, ${user.passwordHash}, ${user.operator})
    on conflict (email) do nothing returning id`;
  return row?.id ?? null;
}
