import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { operatorSessions } from "../schema/operator-sessions.ts";
import { users } from "../schema/users.ts";
import type { EngineTx } from "../transaction.ts";

/**
 * Which operator has the session with this secret, still in force, and is still an operator and not disabled?
 * Index: operator_sessions(secret_hash), unique, then users' primary key. Null when there is none.
 */
export async function operatorSessionBySecretHash(tx: EngineTx, secretHash: Buffer) {
  const [session] = await tx.orm
    .select({
      userId: users.id,
      name: users.name,
      operator: users.operator,
      expiresAt: operatorSessions.expiresAt,
    })
    .from(operatorSessions)
    .innerJoin(users, eq(users.id, operatorSessions.userId))
    .where(
      and(
        eq(operatorSessions.secretHash, secretHash),
        isNull(operatorSessions.revokedAt),
        gt(operatorSessions.expiresAt, sql`now()`),
        isNull(users.disabledAt),
      ),
    );
  return session === undefined || session.operator === null ? null : { ...session, operator: session.operator };
}
