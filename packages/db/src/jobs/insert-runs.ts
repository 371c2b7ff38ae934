import type { EngineTx, TenantTx } from "../transaction.ts";

export interface NewRun {
  /** UUIDv7. */
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly queue: string;
  readonly input: unknown;
  readonly sharingKey: string | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly runAtMs: number;
}

/**
 * Stores new runs in one statement; those whose sharing key an unfinished run of the tenant holds already are left out.
 * Returns the ids stored (none for none). Uses job_runs_shared for the conflict. The engine stores groups of many
 * tenants; a tenant's transaction stores its own beside its domain rows.
 */
export async function insertRuns(tx: EngineTx | TenantTx, runs: readonly NewRun[]): Promise<Set<string>> {
  const rows = runs.map((run) => ({
    id: run.id,
    tenant_id: run.tenantId,
    job: run.job,
    queue: run.queue,
    input: run.input,
    sharing_key: run.sharingKey,
    created_by: run.createdBy,
    created_ms: run.createdAtMs,
    run_ms: run.runAtMs,
  }));
  const stored = await tx.sql<{ id: string }[]>`
    insert into job_runs (id, tenant_id, job, queue, state, input, sharing_key, created_by, created_at, run_at)
    select id, tenant_id, job, queue, 'queued', input, sharing_key, created_by,
      to_timestamp(created_ms / 1000), to_timestamp(run_ms / 1000)
    from json_to_recordset(${JSON.stringify(rows)}::json) as new(
      id uuid, tenant_id uuid, job text, queue text, input jsonb, sharing_key text, created_by text,
      created_ms float8, run_ms float8)
    on conflict (tenant_id, sharing_key) where finished_at is null and sharing_key is not null do nothing
    returning id`;
  return new Set(stored.map(({ id }) => id));
}
