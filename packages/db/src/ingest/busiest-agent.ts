import type { TenantTx } from "../transaction.ts";

/**
 * Which imported agent gave the most first responses? Reads them all, by measurements_kind_at: for the demo data only.
 * Null in an empty tenant, or when nobody is credited.
 */
export async function busiestAgent({ sql }: TenantTx, tenantId: string): Promise<string | null> {
  const [row] = await sql<{ user_id: string }[]>`
    select m.user_id from measurements m
    join memberships ms on ms.tenant_id = m.tenant_id and ms.user_id = m.user_id and ms.source_key is not null
    where m.tenant_id = ${tenantId} and m.kind = 'first_response'
    group by m.user_id order by count(*) desc, m.user_id limit 1`;
  return row?.user_id ?? null;
}
