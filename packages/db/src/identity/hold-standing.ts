import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { EngineTx } from "../transaction.ts";

interface StandingUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** What a person is at this moment: an operator, or a member of the tenant that was asked for. */
export type Standing = StandingUser &
  (
    | { readonly operator: "full" | "read-only"; readonly tenant: null }
    | {
        readonly operator: null;
        readonly tenant: { readonly id: string; readonly name: string };
        readonly role: TenantRole;
      }
  );

/**
 * What may this user do now, in this tenant or (null) as an operator? Nobody changes it until the transaction ends, so a token
 * made in it is either older than a change, and revoked with it, or knows of it. Indexes: primary keys of users and memberships.
 * Null for who is disabled, or is not or no longer what was asked for.
 */
export async function holdStanding(tx: EngineTx, userId: string, tenantId: string | null): Promise<Standing | null> {
  const [user] = await tx.sql<(StandingUser & { operator: "full" | "read-only" | null })[]>`
    select id, name, email, operator from users
    where id = ${userId} and disabled_at is null and email is not null for share`;
  if (user === undefined) return null;
  const { operator, ...person } = user;
  if (operator !== null) return tenantId === null ? { ...person, operator, tenant: null } : null;
  if (tenantId === null) return null;
  const [member] = await tx.sql<{ role: TenantRole; name: string }[]>`
    select m.role, t.name from memberships m join tenants t on t.id = m.tenant_id
    where m.tenant_id = ${tenantId} and m.user_id = ${userId} and m.ended_at is null for share of m`;
  if (member === undefined) return null;
  return { ...person, operator: null, tenant: { id: tenantId, name: member.name }, role: member.role };
}
