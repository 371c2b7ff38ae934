import type { DataCoverage } from "@deskpulse/domain/analytics/assemble-report";
import { measurementKinds } from "@deskpulse/domain/ingest/folded";
import type { TenantTx } from "../transaction.ts";

interface CoverageRow {
  first: Date | null;
  last: Date | null;
  watermark: Date | null;
}

/**
 * When does the tenant's data begin and end, and when was its newest event stored? One look at an end of
 * conversations_created, messages_at, measurements_kind_at (each kind) and of the events' primary key. An empty tenant
 * gets nulls.
 */
export async function readDataCoverage({ sql, tenantId }: TenantTx): Promise<DataCoverage> {
  const kinds = `{${measurementKinds.join(",")}}`;
  const [row] = await sql<CoverageRow[]>`
    select (select min(created_at) from conversations where tenant_id = ${tenantId}) as first,
      greatest(
        (select max(created_at) from conversations where tenant_id = ${tenantId}),
        (select max(at) from messages where tenant_id = ${tenantId}),
        (select max(latest) from unnest(${kinds}::text[]) each_kind cross join lateral (
          select max(at) as latest from measurements where tenant_id = ${tenantId} and kind = each_kind) ends)
      ) as last,
      (select recorded_at from events where tenant_id = ${tenantId} order by id desc limit 1) as watermark`;
  return {
    firstAtMs: row?.first?.getTime() ?? null,
    lastAtMs: row?.last?.getTime() ?? null,
    watermarkMs: row?.watermark?.getTime() ?? null,
  };
}
