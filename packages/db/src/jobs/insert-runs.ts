import { jsonLiteral } from "../literal.ts";
import type { EngineTx, TenantTx } from "../transaction.ts";

export interface NewRun {
  /** UUIDv7. */
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly queue: string;
  readonly input: unknown;
  /** BullMQ's number: 0 goes before all others, of 1 to 1,000 the lower goes first. */
  readonly priority: number;
  readonly sharingKey: string | null;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly runAtMs: number;
}

/**
 * The statement that stores new runs; those whose sharing key an unfinished run of the tenant holds already are left
 * out. Answers the ids stored. Uses job_runs_shared for the conflict.
 */
export function insertRunsStatement(runs: readonly NewRun[]): string {
  const rows = runs.map((run) => ({
    id: run.id,
    tenant_id: run.tenantId,
    job: run.job,
    queue: run.queue,
    input: run.input,
    priority: run.priority,
    sharing_key: run.sharingKey,
    created_by: run.createdBy,
    created_ms: run.createdAtMs,
    run_ms: run.runAtMs,
  }));
  return `
    insert into job_runs (id, tenant_id, job, queue, state, input, priority, sharing_key, created_by, created_at, run_at)
    select id, tenant_id, job, queue, 'queued', input, priority, sharing_key, created_by,
      to_timestamp(created_ms / 1000), to_timestamp(run_ms / 1000)
    from json_to_recordset(${jsonLiteral(rows)}) as new(
      id uuid, tenant_id uuid, job text, queue text, input jsonb, priority smallint, sharing_key text, created_by text,
      created_ms float8, run_ms float8)
    on conflict (tenant_id, sharing_key) where finished_at is null and sharing_key is not null do nothing
    returning id`;
}

/** Stores one run beside the domain rows of the transaction. False when an equal shared run is under way. */
export async function insertRun(tx: EngineTx | TenantTx, run: NewRun): Promise<boolean> {
  return (await insertRuns(tx, [run])).has(run.id);
}

/** Stores runs beside the domain rows of the transaction, in one INSERT; answers the ids stored. */
export async function insertRuns(tx: EngineTx | TenantTx, runs: readonly NewRun[]): Promise<ReadonlySet<string>> {
  if (runs.length === 0) return new Set();
  const stored = await tx.sql.unsafe<{ id: string }[]>(insertRunsStatement(runs));
  return new Set(stored.map(({ id }) => id));
}
