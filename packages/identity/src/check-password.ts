import type { Database } from "@deskpulse/db/connect";
import { type UserWithMemberships, userByEmail } from "@deskpulse/db/identity/user-by-email";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { verifyPassword } from "./password.ts";

export interface PasswordCredentials {
  readonly email: string;
  readonly password: string;
}

/**
 * The user whom e-mail and password name. Throws unauthenticated with one text, after the same time, whether the
 * e-mail is unknown, the password wrong, or the user disabled or without a password.
 */
export async function checkPassword(
  database: Database,
  credentials: PasswordCredentials,
): Promise<UserWithMemberships> {
  const email = credentials.email.trim().toLowerCase();
  // The transaction ends before the hash is computed: no connection is held while others wait for their turn.
  // Postgres takes no NUL in a text, so nobody has such an address.
  const user = email.includes("\0") ? null : await asEngine(database, (tx) => userByEmail(tx, email));
  const mayTry = user !== null && user.disabledAt === null;
  const matches = await verifyPassword(mayTry ? user.passwordHash : null, credentials.password);
  if (!mayTry || !matches) throw new ProblemError("unauthenticated", "E-mail or password is wrong.");
  return user;
}
