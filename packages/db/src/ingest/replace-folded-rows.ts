import type { TenantTx } from "../transaction.ts";
import { creditColumns, type FoldedSource, type FoldedTable } from "./folded-tables.ts";

/**
 * Brings a table's rows of these conversations (source keys; each with what it was folded into) in line with their folds,
 * and writes only where something differs. Served by conversations_source_key and the table's key. None does nothing.
 */
export async function replaceFoldedRows(
  { sql }: TenantTx,
  tenantId: string,
  table: FoldedTable,
  conversations: readonly FoldedSource[],
): Promise<void> {
  if (conversations.length === 0) return;
  const given = [...table.columns, ...creditColumns];
  const rows = conversations.flatMap((source) =>
    [...table.rows(source)].map((row) => ({
      conversation: source.folded.state.conversation,
      ...Object.fromEntries(given.map(({ name }, index) => [name, row[index] ?? null])),
    })),
  );
  const names = [...table.columns.map(({ name }) => name), "user_id", "inbox_id", "team_id", "priority"];
  const written = ["conversation_id", ...names];
  const changing = written.filter((name) => !table.key.includes(name));
  const list = (columns: readonly string[], of = "") => columns.map((name) => `${of}"${name}"`).join(", ");
  // every name is a constant of this code; values travel as parameters
  await sql.unsafe(
    `with wanted as materialized (
       select c.id as conversation_id, ${list(
         table.columns.map(({ name }) => name),
         "given.",
       )}, m.user_id, c.inbox_id, t.id as team_id, given.priority
       from jsonb_to_recordset($1::text::jsonb) as given (
         conversation text, ${given.map(({ name, type }) => `"${name}" ${type}`).join(", ")})
       join conversations c on c.tenant_id = $3 and c.source_key = given.conversation
       left join memberships m on m.tenant_id = $3 and m.source_key = given.agent
       left join teams t on t.tenant_id = $3 and t.source_key = given.team
     ), gone as (
       delete from ${table.name} x
       using jsonb_array_elements_text($2::text::jsonb) as key
       join conversations c on c.tenant_id = $3 and c.source_key = key
       where x.tenant_id = $3 and x.conversation_id = c.id
         and not exists (select from wanted w where (${list(table.key, "w.")}) = (${list(table.key, "x.")}))
     )
     insert into ${table.name} (tenant_id, ${list(written)})
     select $3::uuid, ${list(written)} from wanted
     on conflict (tenant_id, ${list(table.key)}) do update set ${changing.map((name) => `"${name}" = excluded."${name}"`).join(", ")}
     where (${list(changing, `${table.name}.`)}) is distinct from (${list(changing, "excluded.")})`,
    [JSON.stringify(rows), JSON.stringify(conversations.map(({ folded }) => folded.state.conversation)), tenantId],
    { prepare: true },
  );
}
