import { DrizzleQueryError } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import { PostgresJsSession, PostgresJsTransaction } from "drizzle-orm/postgres-js";
import type { Sql, TransactionSql } from "postgres";
import { Cancelling, nextMark } from "./cancelling.ts";
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

// set_config(..., true) ends with the transaction, so a pooled connection carries nothing over.
const settings = `set_config('role', $1, true), set_config('app.tenant_id', $2, true),
  set_config('statement_timeout', $3, true), set_config('idle_in_transaction_session_timeout', $4, true)`;
const openingText = `select ${settings}`;
const markedOpeningText = `select ${settings}, pg_try_advisory_xact_lock($5)`;

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

/** Travels with the first statement of the work, in one write, and is answered with it. */
async function begin<T>(
  database: Database,
  role: string,
  tenantId: string,
  options: TransactionOptions,
  worked: (sql: TransactionSql) => Promise<T>,
): Promise<T> {
  const work = (sql: TransactionSql): Promise<T> => worked(sql).catch(throwBare);
  const { signal, isolation, statementTimeoutMs = statementTimeoutMsDefault } = options;
  signal?.throwIfAborted();
  const parameters = [role, tenantId, String(statementTimeoutMs), String(idleTimeoutMs)];
  const mode = isolation === undefined ? "" : `isolation level ${isolation}`;
  if (signal === undefined) {
    const opening = { text: openingText, parameters };
    return (await database.pool.during(() => database.sql.begin(mode, work, [opening]))) as T;
  }

  const mark = nextMark();
  const opening = { text: markedOpeningText, parameters: [...parameters, mark] };
  const cancelling = new Cancelling(database, mark);
  try {
    const value = await database.pool.during(() =>
      database.sql.begin(
        mode,
        async (sql) => {
          signal.throwIfAborted(); // while it waited for a connection
          signal.addEventListener("abort", cancelling.start, { once: true });
          const value = await work(sql);
          signal.throwIfAborted();
          return value;
        },
        [opening],
      ),
    );
    return value as T;
  } finally {
    signal.removeEventListener("abort", cancelling.start);
    cancelling.stop();
  }
}

/** Drizzle hides Postgres' code behind an error of its own, whose message shows parameters to logs and runs. */
function throwBare(error: unknown): never {
  throw error instanceof DrizzleQueryError && error.cause !== undefined ? error.cause : error;
}
