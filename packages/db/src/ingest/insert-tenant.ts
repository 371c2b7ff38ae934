import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import type { EngineTx } from "../transaction.ts";

export interface NewTenant {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly workingHours: WorkingHours | null;
  /** Users without a password; `key` is their key in the source of the tenant's events. */
  readonly agents: readonly {
    readonly id: string;
    readonly key: string;
    readonly name: string;
    readonly role: TenantRole;
  }[];
}

/**
 * Is this tenant there, with these ids of its own and its agents'? What is missing is added, what is there stays as it
 * is. Served by the primary keys of tenants, users and memberships. Rejects when another tenant has the name.
 */
export async function insertTenant({ sql }: EngineTx, tenant: NewTenant): Promise<void> {
  const { id, name, timezone, workingHours } = tenant;
  const agents = JSON.stringify(tenant.agents);
  await sql`
    insert into tenants (id, name, timezone, working_hours)
    values (${id}, ${name}, ${timezone}, ${workingHours === null ? null : JSON.stringify(workingHours)}::text::jsonb)
    on conflict (id) do nothing`;
  await sql`
    insert into users (id, name)
    select id, name from jsonb_to_recordset(${agents}::text::jsonb) as given (id uuid, name text)
    on conflict (id) do nothing`;
  await sql`
    insert into memberships (tenant_id, user_id, role, source_key)
    select ${id}::uuid, id, role, key
    from jsonb_to_recordset(${agents}::text::jsonb) as given (id uuid, role text, key text)
    on conflict (tenant_id, user_id) do nothing`;
}
