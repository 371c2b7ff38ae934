import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TenantTx } from "../transaction.ts";
import { spanRows } from "./span-rows.ts";

/** Marks these days, so that they are rolled up anew and reports take them from the facts until then. None does nothing. */
export async function markDays({ sql, tenantId }: TenantTx, days: readonly InstantRange[]): Promise<void> {
  await sql`
    insert into rollup_marks (tenant_id, starts_at)
    select ${tenantId}::uuid, at
    from ${spanRows(sql, days)}
    cross join lateral generate_series(
      date_bin('15 minutes', span.starts_at, timestamptz 'epoch'), span.ends_at - interval '1 ms', interval '15 minutes') as at`;
}
