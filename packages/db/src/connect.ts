import { drizzle } from "drizzle-orm/postgres-js";
import postgres, { type Options, type Sql } from "postgres";
import { PoolUse } from "./pool-use.ts";

export interface DatabaseOptions {
  readonly url: string;
  /** Connections at most. A transaction holds one; what waits for one waits in this process. */
  readonly connectionsMax: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Off for a PgBouncer older than 1.21 in transaction mode. Default on. */
  readonly preparedStatements?: boolean;
  /** Straight to Postgres, as the login that owns the tables; see `asOwner`. Default `url`. */
  readonly ownerUrl?: string | undefined;
  /** How long one attempt to connect may take. Default 2,000. */
  readonly connectTimeoutMs?: number;
}

export interface Database {
  readonly sql: Sql;
  /** Transactions that hold or wait for a connection of `sql`. */
  readonly pool: PoolUse;
  /** One connection beside the pool, made when first used: for what must not wait behind processors. */
  readonly beside: Sql;
  /** A single connection of the owner's, kept until the caller ends it. Only `asOwner` opens it. */
  openOwner(onClosed: () => void): Sql;
  /** Fresh connections in place of all in the pool; what is in flight on the old ones fails. */
  renew(): void;
  /** Ends after statements in flight, at most `timeoutMs` later. */
  close(timeoutMs?: number): Promise<void>;
}

type OwnerConnection = Pick<Options<Record<never, never>>, "idle_timeout" | "max_lifetime" | "onclose">;

const timestamptz = 1184;

/** A pool that connects when first used. Nothing is read with it except inside `asTenant` and `asEngine`. */
export function connectDatabase(options: DatabaseOptions): Database {
  let sql = connect(options, options.connectionsMax);
  const beside = connect(options, 1);
  return {
    get sql() {
      return sql;
    },
    pool: new PoolUse(options.connectionsMax),
    beside,
    openOwner: (onClosed) =>
      connect(
        { ...options, url: options.ownerUrl ?? options.url, applicationName: `${options.applicationName}-owner` },
        1,
        { idle_timeout: 0, max_lifetime: null, onclose: onClosed },
      ),
    renew: () => {
      const silent = sql;
      sql = connect(options, options.connectionsMax);
      void silent.end({ timeout: 0 });
    },
    close: async (timeoutMs = 5_000) => {
      await Promise.all([sql, beside].map((one) => one.end({ timeout: timeoutMs / 1000 })));
    },
  };
}

/** The same database by way of the connection beside the pool. */
export const besidePool = (database: Database): Database => ({
  ...database,
  sql: database.beside,
  pool: new PoolUse(1),
});

function connect(options: DatabaseOptions, connectionsMax: number, more: OwnerConnection = {}): Sql {
  const sql = postgres(options.url, {
    max: connectionsMax,
    prepare: options.preparedStatements ?? true,
    connect_timeout: Math.max(1, Math.round((options.connectTimeoutMs ?? 2_000) / 1000)),
    // A fixed short wait: the pool must find a returning server within a second, whatever it waited before.
    backoff: () => 0.25,
    idle_timeout: 60,
    max_lifetime: 30 * 60,
    onnotice: () => undefined,
    connection: { application_name: options.applicationName },
    ...more,
  });
  // Drizzle hands dates and JSON over as text; dates are given back to postgres.js so that both see Date objects.
  drizzle(sql);
  sql.options.parsers[timestamptz] = (text: string) => new Date(text);
  sql.options.serializers[timestamptz] = (at: Date | string) => (at instanceof Date ? at.toISOString() : at);
  return sql;
}
