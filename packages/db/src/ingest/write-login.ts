import type { TenantRole } from "@deskpulse/domain/tenants/role";
import type { EngineTx } from "../transaction.ts";

export interface Login {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly operator: "full" | "read-only" | null;
  readonly membership: { readonly tenantId: string; readonly role: TenantRole } | null;
}

/**
 * Can this user sign in with this e-mail? The user is made or, when there, given e-mail and password; the membership is
 * added when missing. Served by the primary keys of users and memberships. Rejects when another user has the e-mail.
 */
export async function writeLogin({ sql }: EngineTx, login: Login): Promise<void> {
  await sql`
    insert into users (id, name, email, password_hash, operator)
    values (${login.userId}, ${login.name}, ${login.email}, ${login.passwordHash}, ${login.operator})
    on conflict (id) do update set email = excluded.email, password_hash = excluded.password_hash`;
  if (login.membership === null) return;
  await sql`
    insert into memberships (tenant_id, user_id, role)
    values (${login.membership.tenantId}, ${login.userId}, ${login.membership.role})
    on conflict (tenant_id, user_id) do nothing`;
}
