import type { Sql, TransactionSql } from "postgres";
import type { Database } from "./connect.ts";

/** "desp" as a number: one optimisation of a database at a time, whoever asks. */
const optimisationLock = 0x64657370;

/** Another optimisation of this database holds the lock. */
export class OptimisationUnderWayError extends Error {
  override readonly name = "OptimisationUnderWayError";
}

/** A read-only transaction of the login itself, for the catalogue and for measuring. */
export interface OwnerTx {
  readonly sql: TransactionSql;
  readonly role: "owner";
}

export interface StatementLimits {
  /** How long it may wait for locks of others. */
  readonly lockTimeoutMs: number;
  readonly statementTimeoutMs: number;
}

/** One connection of the login that owns the tables. Its statements run one after the other. */
export interface OwnerSession {
  /** One statement outside a transaction, cancelled in Postgres when `signal` aborts. */
  execute(statement: string, limits: StatementLimits, signal?: AbortSignal): Promise<void>;
  /** Reads in one transaction that cannot write. */
  read<T>(work: (tx: OwnerTx) => Promise<T>, limits?: Partial<StatementLimits>): Promise<T>;
}

const readLimits: StatementLimits = { lockTimeoutMs: 2_000, statementTimeoutMs: 30_000 };

/**
 * The narrow door for what neither role may do: ANALYZE and index builds need the owner, and a concurrent build a
 * connection outside a transaction. `exclusive` holds the optimisation lock as long as the work lasts; because it
 * belongs to this very connection, holding it also proves that no statement of a dead worker still runs. Throws
 * OptimisationUnderWayError when it is taken. Needs a session of its own: not through PgBouncer in transaction mode.
 */
export async function asOwner<T>(
  database: Database,
  options: { readonly exclusive: boolean },
  work: (owner: OwnerSession) => Promise<T>,
): Promise<T> {
  let closed = false;
  const sql = database.openOwner(() => {
    closed = true;
  });
  try {
    if (options.exclusive) {
      const [lock] = await sql<{ held: boolean }[]>`select pg_try_advisory_lock(${optimisationLock}) as held`;
      if (lock?.held !== true)
        throw new OptimisationUnderWayError("another optimisation of this database is under way");
    }
    return await work(sessionOver(sql, () => closed));
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function sessionOver(sql: Sql, isClosed: () => boolean): OwnerSession {
  const mustBeOpen = (): void => {
    // the client would connect anew, without the lock
    if (isClosed()) throw new Error("the owner's connection was lost");
  };
  const execute: OwnerSession["execute"] = async (statement, limits, signal) => {
    signal?.throwIfAborted();
    mustBeOpen();
    await sql`select set_config('lock_timeout', ${String(limits.lockTimeoutMs)}, false),
      set_config('statement_timeout', ${String(limits.statementTimeoutMs)}, false)`;
    mustBeOpen();
    signal?.throwIfAborted();
    const running = sql.unsafe(statement);
    const cancel = (): void => running.cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      await running;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  };
  const read = async <T>(work: (tx: OwnerTx) => Promise<T>, given: Partial<StatementLimits> = {}): Promise<T> => {
    mustBeOpen();
    const limits = { ...readLimits, ...given };
    const result = await sql.begin("isolation level repeatable read read only", async (tx) => {
      await tx`select set_config('lock_timeout', ${String(limits.lockTimeoutMs)}, true),
        set_config('statement_timeout', ${String(limits.statementTimeoutMs)}, true)`;
      return await work({ sql: tx, role: "owner" });
    });
    // what `begin` gives back is what the work resolved to
    return result as T;
  };
  return { execute, read };
}
