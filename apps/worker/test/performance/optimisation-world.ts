import { randomUUID } from "node:crypto";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { asEngine } from "@deskpulse/db/transaction";
import { jobs } from "@deskpulse/jobs/catalog";
import { createTestDatabase } from "@deskpulse/testkit/database";
import type { z } from "zod";
import { optimizeDatabase } from "../../src/performance/optimize-database.ts";
import { undoAction } from "../../src/performance/undo-action.ts";

type Output = z.output<typeof jobs.optimizeDatabase.output>;
export type OptimizeRequest = z.input<typeof jobs.optimizeDatabase.request>;

export interface StoredFinding {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly evidence: Record<string, unknown>;
  readonly reason: string | null;
  readonly open: boolean;
}

export interface StoredAction {
  readonly id: string;
  readonly state: string;
  readonly begun: boolean;
  readonly sql: string;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
  readonly error: string | null;
}

/** A database with the platform's schema, in which tests plant defects and run the jobs as a worker would. */
export async function createOptimisationWorld() {
  const testDatabase = await createTestDatabase();
  const connect = (url: string): Database => connectDatabase({ url, connectionsMax: 4, applicationName: "planter" });
  const database = connect(testDatabase.url);
  const { sql } = database;
  const lines: string[] = [];

  const context = (signal: AbortSignal, through: Database) => ({
    runId: randomUUID(),
    tenantId: null,
    createdBy: "olga",
    attempt: 1,
    signal,
    log: (line: string) => void lines.push(line),
    progress: () => undefined,
    database: through,
    inEngine: <T>(work: Parameters<typeof asEngine<T>>[1]) => asEngine(through, work, { signal }),
    inTenant: () => Promise.reject(new Error("an operator's run has no tenant")),
    finishIn: () => Promise.reject(new Error("an operator's run has no tenant")),
  });

  return {
    sql,
    database,
    url: testDatabase.url,
    lines,
    connect,
    /** One attempt of a run. */
    async optimize(
      request: OptimizeRequest = {},
      { signal = new AbortController().signal, through = database } = {},
    ): Promise<Output> {
      const input = jobs.optimizeDatabase.input.parse(request);
      return jobs.optimizeDatabase.output.parse(await optimizeDatabase({ input, ctx: context(signal, through) }));
    },
    undo: async (actionId: string) =>
      await undoAction({ input: { actionId }, ctx: context(new AbortController().signal, database) }),
    findings: async (table?: string): Promise<StoredFinding[]> => [
      ...(await sql<StoredFinding[]>`
        select id, kind, subject, evidence, reason, resolved_at is null as open from findings
        where ${table ?? null}::text is null or evidence->>'table' = 'public.' || ${table ?? ""} order by kind, subject`),
    ],
    actions: async (table: string): Promise<StoredAction[]> => [
      ...(await sql<StoredAction[]>`
        select id, state, begun_at is not null as begun, sql, before, after, error from actions
        where table_name = ${table} order by id`),
    ],
    audit: async () =>
      await sql<{ actor: string; act: string; object: string; outcome: string }[]>`
        select actor, act, object, outcome from audit_log order by id`,
    /** Everything that an optimisation could change in the schema. */
    async catalogue(): Promise<string[]> {
      const rows = await sql<{ line: string }[]>`
        select concat_ws(' ', pg_get_indexdef(i.indexrelid), i.indisvalid, i.indisready, i.indisprimary) as line
        from pg_index i join pg_class c on c.oid = i.indexrelid where c.relnamespace = 'public'::regnamespace
        union all
        select concat_ws(' ', conrelid::regclass::text, conname, pg_get_constraintdef(oid)) from pg_constraint
        where connamespace = 'public'::regnamespace
        order by 1`;
      return rows.map(({ line }) => line);
    },
    /** When each table was analysed last, and what the planner thinks it holds. */
    statistics: async () => [
      ...(await sql`
        select c.relname, c.reltuples, s.last_analyze from pg_class c
        join pg_stat_user_tables s on s.relid = c.oid where s.schemaname = 'public' order by 1`),
    ],
    async drop(): Promise<void> {
      await database.close();
      await testDatabase.drop();
    },
  };
}

export type OptimisationWorld = Awaited<ReturnType<typeof createOptimisationWorld>>;

/** A table of this name with rows that refer to another one, without an index for it. */
export async function plantUnindexedKey({ sql }: OptimisationWorld, name: string, rows = 30_000): Promise<void> {
  await sql.unsafe(`
    create table ${name}_parent (id int primary key);
    insert into ${name}_parent select generate_series(1, 1000);
    create table ${name} (id int primary key, parent_id int, note text,
      constraint ${name}_parent_fk foreign key (parent_id) references ${name}_parent on delete cascade);
    insert into ${name} select n, 1 + n % 1000, repeat('x', 50) from generate_series(1, ${rows}) n;
    select pg_stat_force_next_flush()`);
  await sql.unsafe(`vacuum (analyze) ${name}_parent, ${name}`);
}
