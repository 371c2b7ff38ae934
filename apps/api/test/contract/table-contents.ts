import type { Database } from "@deskpulse/db/connect";

/** Count and digest of every table, in one look: equal when nothing was written. */
export async function tableContents(database: Database): Promise<Readonly<Record<string, string>>> {
  const tables = await database.sql<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE'`;
  const looks = tables.map(
    ({ name }) => `select '${name}' as name,
      count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as digest from "${name}" t`,
  );
  const rows = await database.sql.unsafe<{ name: string; digest: string }[]>(looks.join(" union all "));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}
