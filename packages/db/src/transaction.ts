import { PgDialect } from "drizzle-orm/pg-core";
import { PostgresJsSession, PostgresJsTransaction } from "drizzle-orm/postgres-js";
import type { Sql, TransactionSql } from "postgres";
import type { Database } from "./connect.ts";

type Orm = PostgresJsTransaction<Record<string, never>, Record<string, never>>;

interface Transaction {
  /** Plain SQL, prepared. */
  readonly sql: TransactionSql;
  /** Drizzle over the same transaction. */
  readonly orm: Orm;
}

/** A transaction that sees and writes one tenant, by row-level security. */
export interface TenantTx extends Transaction {
  readonly role: "deskpulse_tenant";
  readonly tenantId: string;
}

/** A transaction across tenants, for the query files that ARCHITECTURE.md lists. */
export interface EngineTx extends Transaction {
  readonly role: "deskpulse_engine";
}

export interface TransactionOptions {
  /** Per statement. Default 5,000. */
  readonly statementTimeoutMs?: number;
  /** When aborted, the statement in flight is cancelled in Postgres and the transaction rolls back. */
  readonly signal?: AbortSignal;
  /** Default read committed. */
  readonly isolation?: "repeatable read";
}

const statementTimeoutMsDefault = 5_000;
/** A transaction idle for that long belongs to a process that is frozen or cut off: it must not keep its locks. */
const idleTimeoutMs = 60_000;
const dialect = new PgDialect();

class DrizzleOnDemand {
  readonly sql: TransactionSql;
  #orm: Orm | undefined;

  constructor(sql: TransactionSql) {
    this.sql = sql;
  }

  get orm(): Orm {
    // Drizzle's own transaction() does the same; its session type asks for Sql though it only calls what both have.
    this.#orm ??= new PostgresJsTransaction(
      dialect,
      new PostgresJsSession(this.sql as unknown as Sql, dialect, undefined, {}) as never,
      undefined,
    ) as Orm;
    return this.#orm;
  }
}

class TenantTransaction extends DrizzleOnDemand implements TenantTx {
  readonly role = "deskpulse_tenant";
  readonly tenantId: string;

  constructor(sql: TransactionSql, tenantId: string) {
    super(sql);
    this.tenantId = tenantId;
  }
}

class EngineTransaction extends DrizzleOnDemand implements EngineTx {
  readonly role = "deskpulse_engine";
}

/** Runs `work` in one transaction as `tenantId`; commits when it resolves, rolls back when it rejects. */
export function asTenant<T>(
  database: Database,
  tenantId: string,
  work: (tx: TenantTx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return begin(database, "deskpulse_tenant", tenantId, options, (sql) => work(new TenantTransaction(sql, tenantId)));
}

/** Runs `work` in one transaction across tenants; see EngineTx for who may. */
export function asEngine<T>(
  database: Database,
  work: (tx: EngineTx) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  return begin(database, "deskpulse_engine", "", options, (sql) => work(new EngineTransaction(sql)));
}

async function begin<T>(
  database: Database,
  role: string,
  tenantId: string,
  options: TransactionOptions,
  work: (sql: TransactionSql) => Promise<T>,
): Promise<T> {
  const { signal, isolation, statementTimeoutMs = statementTimeoutMsDefault } = options;
  signal?.throwIfAborted();
  const mode = isolation === undefined ? "" : `isolation level ${isolation}`;
  const result = await database.sql.begin(mode, async (sql) => {
    // set_config(..., true) ends with the transaction, so a pooled connection carries nothing over.
    const opening = sql<Backend[]>`
      select set_config('role', ${role}, true), set_config('app.tenant_id', ${tenantId}, true),
        set_config('statement_timeout', ${String(statementTimeoutMs)}, true),
        set_config('idle_in_transaction_session_timeout', ${String(idleTimeoutMs)}, true),
        pg_backend_pid() as pid, now()::text as began`;
    // Sent together with the first statement of the work: no round trip of its own.
    opening.catch(() => undefined);
    const working = signal === undefined ? work(sql) : cancellable(database, opening, signal, () => work(sql));
    const [value] = await Promise.all([working, opening]);
    return value;
  });
  return result as T;
}

interface Backend {
  readonly pid: number;
  /** Start of the transaction, as text: a Date would lose its microseconds. */
  readonly began: string;
}

async function cancellable<T>(
  database: Database,
  opening: PromiseLike<readonly Backend[]>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const cancelNow = async (): Promise<void> => {
    const [backend] = await opening;
    if (backend === undefined) return;
    // Only while this transaction still holds the backend: a moment later it may serve somebody else.
    // Beside the pool, which may be full of what is to be cancelled.
    await database.beside`
      select pg_cancel_backend(pid) from pg_stat_activity
      where pid = ${backend.pid} and xact_start = ${backend.began}::timestamptz`;
  };
  // Cancelling is best effort: what it could not stop is refused by the fence.
  const cancel = (): void => void cancelNow().catch(() => undefined);
  signal.throwIfAborted(); // while it waited for a connection
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const value = await work();
    signal.throwIfAborted();
    return value;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}
