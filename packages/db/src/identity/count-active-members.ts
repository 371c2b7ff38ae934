import type { EngineTx, TenantTx } from "../transaction.ts";

export interface ActiveMembers {
  /** May sign in: with an e-mail, not disabled, whatever their role. This is what the quota of agents counts. */
  readonly all: number;
  readonly admins: number;
}

/** How many members of the tenant may sign in? Index: primary key of memberships. Zeros for an empty tenant. */
export async function countActiveMembers({ sql }: EngineTx | TenantTx, tenantId: string): Promise<ActiveMembers> {
  const [row] = await sql<ActiveMembers[]>`
    select count(*)::int as all, count(*) filter (where m.role = 'admin')::int as admins
    from memberships m join users u on u.id = m.user_id
    where m.tenant_id = ${tenantId} and m.ended_at is null and u.email is not null and u.disabled_at is null`;
  return row ?? { all: 0, admins: 0 };
}
