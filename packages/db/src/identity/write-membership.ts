import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { EngineTx } from "../transaction.ts";

/** Makes the user a member of the tenant, again after an ended membership, or gives them this role. Index: primary key. */
export async function writeMembership(
  { sql }: EngineTx,
  membership: { readonly tenantId: string; readonly userId: string; readonly role: TenantRole },
): Promise<void> {
  await sql`
    insert into memberships as m (tenant_id, user_id, role)
    values (${membership.tenantId}, ${membership.userId}, ${membership.role})
    on conflict (tenant_id, user_id) do update set role = excluded.role, ended_at = null,
      created_at = case when m.ended_at is null then m.created_at else now() end`;
}
