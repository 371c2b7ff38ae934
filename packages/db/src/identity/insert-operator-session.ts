import { operatorSessions } from "../schema/operator-sessions.ts";
import type { EngineTx } from "../transaction.ts";

export interface NewOperatorSession {
  readonly id: string;
  readonly userId: string;
  readonly secretHash: Buffer;
  readonly expiresAt: Date;
}

/** Opens an operator's session. Serves itself: one row, no search. */
export async function insertOperatorSession(tx: EngineTx, session: NewOperatorSession): Promise<void> {
  await tx.orm.insert(operatorSessions).values(session);
}
