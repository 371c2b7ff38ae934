import { and, eq, isNull, sql } from "drizzle-orm";
import { operatorSessions } from "../schema/operator-sessions.ts";
import type { EngineTx } from "../transaction.ts";

/** Ends the session with this secret. Index: operator_sessions(secret_hash), unique. Nothing for an unknown secret. */
export async function revokeOperatorSessionBySecretHash(tx: EngineTx, secretHash: Buffer): Promise<void> {
  await tx.orm
    .update(operatorSessions)
    .set({ revokedAt: sql`now()` })
    .where(and(eq(operatorSessions.secretHash, secretHash), isNull(operatorSessions.revokedAt)));
}
