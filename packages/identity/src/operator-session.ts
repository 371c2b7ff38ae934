import { randomBytes, randomUUID } from "node:crypto";
import type { Database } from "@deskpulse/db/connect";
import { deleteEndedOperatorSessions } from "@deskpulse/db/identity/delete-ended-operator-sessions";
import { holdStanding } from "@deskpulse/db/identity/hold-standing";
import { insertOperatorSession } from "@deskpulse/db/identity/insert-operator-session";
import { operatorSessionBySecretHash } from "@deskpulse/db/identity/operator-session-by-secret-hash";
import { readPasswordHash } from "@deskpulse/db/identity/password-hash";
import { revokeOperatorSessionBySecretHash } from "@deskpulse/db/identity/revoke-operator-session-by-secret-hash";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { hashSecret } from "./api-key.ts";
import { checkPassword, type PasswordCredentials } from "./check-password.ts";

export const operatorSessionTtlSeconds = 8 * 60 * 60;

/** 256 random bits, base64url. */
const form = /^[A-Za-z0-9_-]{43}$/;

export interface OperatorSession {
  readonly caller: Extract<Caller, { role: "operator" }>;
  readonly name: string;
}

/**
 * Opens a session of an operator at Bull Board and gives the secret for its cookie; only the hash is stored.
 * Throws unauthenticated, or forbidden for a user who is not an operator.
 */
export async function openOperatorSession(
  database: Database,
  credentials: PasswordCredentials,
): Promise<OperatorSession & { readonly secret: string }> {
  const user = await checkPassword(database, credentials);
  if (user.operator === null) throw new ProblemError("forbidden", "Only operators may sign in here.");
  const secret = randomBytes(32).toString("base64url");
  const expiresAt = new Date(Date.now() + operatorSessionTtlSeconds * 1000);
  await asEngine(database, async (tx) => {
    // while the password was checked, it may have been changed: that ends the sessions from before
    const standing = await holdStanding(tx, user.id, null);
    const isSamePassword = (await readPasswordHash(tx, user.id)) === user.passwordHash;
    if (standing === null || !isSamePassword) {
      throw new ProblemError("unauthenticated", "Your rights or password have just changed. Sign in again.");
    }
    await deleteEndedOperatorSessions(tx, user.id);
    await insertOperatorSession(tx, { id: randomUUID(), userId: user.id, secretHash: hashSecret(secret), expiresAt });
  });
  return { secret, ...session({ userId: user.id, name: user.name, operator: user.operator, expiresAt }) };
}

/** Whose session is this? Null when it is unknown, over or revoked, or its user no longer an operator. */
export async function verifyOperatorSession(database: Database, secret: string): Promise<OperatorSession | null> {
  if (!form.test(secret)) return null;
  const row = await asEngine(database, (tx) => operatorSessionBySecretHash(tx, hashSecret(secret)));
  return row === null ? null : session(row);
}

/** Ends a session now. Does nothing when it is unknown or over already. */
export async function revokeOperatorSession(database: Database, secret: string): Promise<void> {
  if (!form.test(secret)) return;
  await asEngine(database, (tx) => revokeOperatorSessionBySecretHash(tx, hashSecret(secret)));
}

function session(row: {
  readonly userId: string;
  readonly name: string;
  readonly operator: "full" | "read-only";
  readonly expiresAt: Date;
}): OperatorSession {
  return {
    caller: {
      subject: row.userId,
      role: "operator",
      tenantId: null,
      readOnly: row.operator === "read-only",
      expiresAtMs: row.expiresAt.getTime(),
    },
    name: row.name,
  };
}
