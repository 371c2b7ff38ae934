import type { Sql } from "postgres";

/**
 * What is wrong with the tenancy of this database, as sentences; none when all is well: tables with a tenant_id that
 * lack forced row-level security or a tenant policy or have one that opens them, and roles that could walk around it. Reads catalogs only.
 */
export async function tenancyDefects(sql: Sql): Promise<string[]> {
  const tables = await sql<{ name: string; forced: boolean; guarded: boolean; open: boolean }[]>`
    select c.relname::text as name, c.relrowsecurity and c.relforcerowsecurity as forced,
      exists (
        select from pg_policy p
        where p.polrelid = c.oid and 'deskpulse_tenant'::regrole = any (p.polroles)
          and pg_get_expr(p.polqual, p.polrelid) like '%tenant_id = %current_tenant()%'
      ) as guarded,
      exists (
        select from pg_policy p
        cross join unnest(array[pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)]) as said
        where p.polrelid = c.oid and p.polpermissive and said not like '%tenant_id = %current_tenant()%'
          and ('deskpulse_tenant'::regrole = any (p.polroles) or 0 = any (p.polroles))
      ) as open
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
    order by 1`;
  const roles = await sql<{ name: string; strong: boolean }[]>`
    select rolname::text as name, rolsuper or rolbypassrls as strong
    from pg_roles where rolname in ('deskpulse_tenant', 'deskpulse_engine')`;
  const defects = tables.flatMap(({ name, forced, guarded, open }) => [
    ...(forced ? [] : [`table ${name} has a tenant_id but no forced row-level security`]),
    ...(guarded ? [] : [`table ${name} has a tenant_id but no policy that compares it`]),
    ...(open ? [`table ${name} has a policy that does not compare its tenant_id`] : []),
  ]);
  for (const { name, strong } of roles) if (strong) defects.push(`role ${name} can bypass row-level security`);
  if (roles.length < 2) defects.push("the roles deskpulse_tenant and deskpulse_engine are missing");
  return defects;
}
