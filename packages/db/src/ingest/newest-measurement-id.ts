import type { TenantTx } from "../transaction.ts";

/** Which measurement was written last? Its id; 0 for an empty tenant. Index: primary key. */
export async function newestMeasurementId({ sql, tenantId }: TenantTx): Promise<number> {
  const [row] = await sql<{ id: string | null }[]>`
    select max(id) as id from measurements where tenant_id = ${tenantId}`;
  return Number(row?.id ?? 0);
}
