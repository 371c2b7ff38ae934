import type { Run } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { EngineTx, TenantTx } from "../transaction.ts";
import { type RunRow, runColumns, toRun } from "./run-columns.ts";

export interface RunListFilter {
  /** Undefined: every run that the transaction may see. Null: operators' own runs. */
  readonly tenantId?: string | null | undefined;
  readonly createdBy?: string | undefined;
  readonly state?: RunState | undefined;
  readonly job?: string | undefined;
  readonly createdFromMs?: number | undefined;
  readonly createdToMs?: number | undefined;
  /** Runs older than this id. */
  readonly beforeId?: string | undefined;
  readonly limit: number;
}

/**
 * Runs, newest first, without their results. Index: job_runs_tenant, or the primary key across tenants; the time
 * bounds are bounds on the id, because ids are UUIDv7. No rows for an empty tenant.
 */
export async function listRuns(tx: EngineTx | TenantTx, filter: RunListFilter): Promise<Run[]> {
  const { sql } = tx;
  const when = (condition: unknown, fragment: () => ReturnType<typeof sql>) =>
    condition === undefined ? sql`` : sql`and ${fragment()}`;
  const rows = await sql<RunRow[]>`
    select ${sql.unsafe(runColumns.replace("r.result", "null as result"))} from job_runs r
    where true
      ${when(filter.tenantId, () =>
        filter.tenantId === null ? sql`r.tenant_id is null` : sql`r.tenant_id = ${filter.tenantId ?? null}`,
      )}
      ${when(filter.createdBy, () => sql`r.created_by = ${filter.createdBy ?? null}`)}
      ${when(filter.state, () => sql`r.state = ${filter.state ?? null}`)}
      ${when(filter.job, () => sql`r.job = ${filter.job ?? null}`)}
      ${when(filter.createdFromMs, () => sql`r.id >= ${lowestIdAt(filter.createdFromMs ?? 0)}`)}
      ${when(filter.createdToMs, () => sql`r.id < ${lowestIdAt(filter.createdToMs ?? 0)}`)}
      ${when(filter.beforeId, () => sql`r.id < ${filter.beforeId ?? null}`)}
    order by r.id desc limit ${filter.limit}`;
  return rows.map(toRun);
}

/** The lowest UUIDv7 of a millisecond: its first 48 bits are the time (RFC 9562, section 5.7). */
export function lowestIdAt(atMs: number): string {
  const hex = Math.max(0, Math.floor(atMs)).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}
