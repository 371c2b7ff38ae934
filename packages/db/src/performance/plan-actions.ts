import type { ProposedAction } from "@deskpulse/domain/performance/finding";
import { v7 as uuidv7 } from "uuid";
import type { EngineTx } from "../transaction.ts";
import { type Action, actionColumns } from "./action-columns.ts";

export interface ActionToPlan {
  readonly findingId: string;
  readonly action: ProposedAction;
}

/**
 * Plans one action for each finding, and returns the plans in the given order. A plan that is there already keeps its id
 * and takes the new content; one that was begun stays as it is and is not returned. Index: actions_planned.
 */
export async function planActions(
  { sql }: EngineTx,
  runId: string,
  actions: readonly ActionToPlan[],
): Promise<Action[]> {
  const rows = actions.map(({ findingId, action }) => ({ id: uuidv7(), findingId, ...action }));
  const planned = await sql<Action[]>`
    insert into actions as a
      (id, finding_id, run_id, command, schema_name, table_name, index_name, lookup_columns, sql, undo_sql)
    select s.id, s."findingId", ${runId}, s.command, s.schema, s."table", s.index, s."lookupColumns", s.sql, s."undoSql"
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as s(
      id uuid, "findingId" uuid, command text, schema text, "table" text, index text, "lookupColumns" text[], sql text,
      "undoSql" text)
    on conflict (finding_id) where state = 'planned' do update
    set run_id = excluded.run_id, command = excluded.command, schema_name = excluded.schema_name,
      table_name = excluded.table_name, index_name = excluded.index_name, lookup_columns = excluded.lookup_columns,
      sql = excluded.sql, undo_sql = excluded.undo_sql
    where a.begun_at is null
    returning ${sql.unsafe(actionColumns)}`;
  const order = new Map(actions.map(({ findingId }, at) => [findingId, at]));
  return [...planned].sort((a, b) => (order.get(a.findingId) ?? 0) - (order.get(b.findingId) ?? 0));
}
