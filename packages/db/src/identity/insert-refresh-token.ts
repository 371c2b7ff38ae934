import type { EngineTx } from "../transaction.ts";

export interface NewRefreshToken {
  readonly id: string;
  readonly familyId: string;
  readonly userId: string;
  /** Null for an operator. */
  readonly tenantId: string | null;
  readonly secretHash: Buffer;
  readonly ttlSeconds: number;
}

/** Stores a refresh token and says what time it is for Postgres, after all locks that the transaction waited for. One row, no search. */
export async function insertRefreshToken(tx: EngineTx, token: NewRefreshToken): Promise<Date> {
  const [row] = await tx.sql<{ now: Date }[]>`
    insert into refresh_tokens (id, family_id, user_id, tenant_id, secret_hash, expires_at)
    values (${token.id}, ${token.familyId}, ${token.userId}, ${token.tenantId}, ${token.secretHash},
      now() + make_interval(secs => ${token.ttlSeconds}))
    returning clock_timestamp() as now`;
  if (row === undefined) throw new Error("an insert returned no row");
  return row.now;
}
