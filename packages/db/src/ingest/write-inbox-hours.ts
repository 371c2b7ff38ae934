import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import type { TenantTx } from "../transaction.ts";

/**
 * Which working hours do these inboxes have? Replaces them; null is the tenant's. Served by inboxes_source_key. Unknown
 * keys, so all in an empty tenant, change nothing.
 */
export async function writeInboxHours(
  { sql }: TenantTx,
  tenantId: string,
  inboxes: readonly { readonly key: string; readonly workingHours: WorkingHours | null }[],
): Promise<void> {
  await sql`
    update inboxes i set working_hours = nullif(given."workingHours", 'null')
    from jsonb_to_recordset(${JSON.stringify(inboxes)}::text::jsonb) as given (key text, "workingHours" jsonb)
    where i.tenant_id = ${tenantId} and i.source_key = given.key`;
}
