import type { TenantTx } from "../transaction.ts";

export interface RowCount {
  readonly rows: number;
  /** The planner's estimate from the statistics of the last ANALYZE, because counting them would take long. */
  readonly estimated: boolean;
}

const countedMax = 20_000;

/**
 * How many conversations began since then (epoch milliseconds)? Counted up to 20,000, beyond that estimated.
 * Index: conversations_created. 0 for an empty tenant.
 */
export function countConversationsSince({ sql, tenantId }: TenantTx, sinceMs: number): Promise<RowCount> {
  return count(sql, sql`conversations where tenant_id = ${tenantId} and created_at >= ${new Date(sinceMs)}`);
}

/**
 * How many rows does the tenant store, conversations, messages and events together? Each is counted up to 20,000, beyond
 * that estimated. Primary keys. 0 for an empty tenant.
 */
export async function countStoredRows({ sql, tenantId }: TenantTx): Promise<RowCount> {
  let sum: RowCount = { rows: 0, estimated: false };
  for (const table of ["conversations", "messages", "events"]) {
    const { rows, estimated } = await count(sql, sql`${sql(table)} where tenant_id = ${tenantId}`);
    sum = { rows: sum.rows + rows, estimated: sum.estimated || estimated };
  }
  return sum;
}

async function count(sql: TenantTx["sql"], source: ReturnType<TenantTx["sql"]>): Promise<RowCount> {
  const [counted] = await sql<{ rows: number }[]>`
    select count(*)::int as rows from (select from ${source} limit ${countedMax + 1}) counted`;
  const rows = counted?.rows ?? 0;
  if (rows <= countedMax) return { rows, estimated: false };
  const [explained] = await sql<{ "QUERY PLAN": unknown }[]>`explain (format json) select from ${source}`;
  return { rows: Math.max(rows, estimateIn(explained?.["QUERY PLAN"])), estimated: true };
}

/** `Plan Rows` of the plan's top node; 0 when the plan does not say. Drizzle's parser leaves JSON as text. */
function estimateIn(plan: unknown): number {
  const parsed: unknown = typeof plan === "string" ? JSON.parse(plan) : plan;
  // the shape of EXPLAIN (FORMAT JSON) as PostgreSQL documents it; what is missing counts as 0
  const [top] = parsed as [{ Plan?: { "Plan Rows"?: number } }?];
  return Math.round(top?.Plan?.["Plan Rows"] ?? 0);
}
