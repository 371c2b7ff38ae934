import { and, eq, isNotNull, lte, or, sql } from "drizzle-orm";
import { operatorSessions } from "../schema/operator-sessions.ts";
import type { EngineTx } from "../transaction.ts";

/**
 * Which sessions of this operator are over, by time or by hand? They are deleted.
 * Index: operator_sessions(user_id). Deletes nothing for who has none.
 */
export async function deleteEndedOperatorSessions(tx: EngineTx, userId: string): Promise<void> {
  await tx.orm
    .delete(operatorSessions)
    .where(
      and(
        eq(operatorSessions.userId, userId),
        or(lte(operatorSessions.expiresAt, sql`now()`), isNotNull(operatorSessions.revokedAt)),
      ),
    );
}
