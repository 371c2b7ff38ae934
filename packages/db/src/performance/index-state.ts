import type { OwnerTx } from "../owner.ts";
import type { EngineTx } from "../transaction.ts";

export interface IndexState {
  readonly valid: boolean;
  readonly bytes: number;
  /** As Postgres prints it. */
  readonly definition: string;
}

/** What is the index of this name now? Null when there is none. Served by the catalogue's own indexes. */
export async function indexState(
  { sql }: Pick<OwnerTx | EngineTx, "sql">,
  schema: string,
  index: string,
): Promise<IndexState | null> {
  const [state] = await sql<IndexState[]>`
    select i.indisvalid and i.indisready and i.indislive as "valid", pg_relation_size(c.oid)::float8 as "bytes",
      pg_get_indexdef(c.oid) as "definition"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid
    where n.nspname = ${schema} and c.relname = ${index}`;
  return state ?? null;
}
