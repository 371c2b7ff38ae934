import type { EngineTx } from "../transaction.ts";
import type { TenantSettings } from "./tenant-settings.ts";

/**
 * Writes what is set for a tenant that the transaction has locked. False when another tenant has the name; whoever
 * takes it at this moment makes the statement wait, and fail when they commit. Indexes: primary key, tenants_name_unique.
 */
export async function updateTenant({ sql }: EngineTx, tenant: TenantSettings): Promise<boolean> {
  const hours = tenant.workingHours === null ? null : JSON.stringify(tenant.workingHours);
  const updated = await sql`
    update tenants set name = ${tenant.name}, timezone = ${tenant.timezone}, plan = ${tenant.plan},
      working_hours = ${hours}::text::jsonb
    where id = ${tenant.id} and not exists (select from tenants other where name = ${tenant.name} and id <> ${tenant.id})`;
  return updated.count === 1;
}
