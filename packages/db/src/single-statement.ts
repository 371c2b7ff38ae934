import type { Database } from "./connect.ts";

/**
 * One statement across tenants in a transaction of its own and one round trip: opening and statement travel as one
 * simple query, which Postgres runs as one transaction. For the grouped statements of the hot paths, where three round
 * trips would cost more than the work. A row that a frozen process keeps locked fails the group after a second: then its
 * members go one by one, and the others get on. `statement` is built with literal.ts from values, never from text of callers.
 * `durable: false`: answers before the commit is on disk, so a crash of Postgres itself may undo what was answered.
 */
export async function engineStatement<Row extends object>(
  database: Database,
  statement: string,
  { durable = true }: { readonly durable?: boolean } = {},
): Promise<Row[]> {
  const hurried = durable ? "" : ", set_config('synchronous_commit', 'off', true)";
  const results: unknown = await database.pool.during(() =>
    database.sql.unsafe(
      `select set_config('role', 'deskpulse_engine', true), set_config('app.tenant_id', '', true),
      set_config('statement_timeout', '5000', true), set_config('lock_timeout', '1000', true)${hurried}; ${statement}`,
    ),
  );
  // a simple query of two statements answers with the rows of both
  return (results as [unknown, Row[]])[1];
}
