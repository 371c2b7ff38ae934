import type { Sql } from "postgres";

const roles = ["deskpulse_tenant", "deskpulse_engine"] as const;

/** The login cannot make the roles; `sqlToRun` is what an administrator has to run once. */
export class RolesMissingError extends Error {
  override readonly name = "RolesMissingError";
  readonly sqlToRun: string;

  constructor(sqlToRun: string) {
    super(`This database login may not create roles. Ask an administrator to run once:\n\n${sqlToRun}\n`);
    this.sqlToRun = sqlToRun;
  }
}

/**
 * Makes the two NOLOGIN roles and lets the present login act as them. Does nothing when both hold already.
 * Throws RolesMissingError when an administrator is needed.
 */
export async function ensureRoles(sql: Sql): Promise<void> {
  const [login] = await sql<{ name: string; may_create: boolean }[]>`
    select current_user::text as name, rolsuper or rolcreaterole as may_create from pg_roles where rolname = current_user`;
  const present = await sql<{ name: string; usable: boolean }[]>`
    select rolname::text as name, pg_has_role(current_user, oid, 'MEMBER') as usable
    from pg_roles where rolname in ${sql(roles)}`;
  const statements: string[] = [];
  for (const role of roles) {
    const found = present.find(({ name }) => name === role);
    if (!found) statements.push(`create role ${role} nologin;`);
    if (!found?.usable) statements.push(`grant ${role} to ${quoteIdentifier(login?.name ?? "")};`);
  }
  if (statements.length === 0) return;
  if (!login?.may_create) throw new RolesMissingError(statements.join("\n"));
  try {
    await sql.unsafe(statements.join("\n"));
  } catch (error) {
    throw new Error(`Could not prepare the database roles with: ${statements.join(" ")}`, { cause: error });
  }
}

const quoteIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
