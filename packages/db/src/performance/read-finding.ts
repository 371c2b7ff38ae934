import type { EngineTx } from "../transaction.ts";
import { type Action, actionColumns } from "./action-columns.ts";
import { type Finding, findingColumns } from "./finding-columns.ts";

/** One finding with its newest 100 actions, newest first; null when there is none. Index: primary key, actions_finding. */
export async function readFinding(
  { sql }: EngineTx,
  id: string,
): Promise<{ finding: Finding; actions: Action[] } | null> {
  const [finding] = await sql<Finding[]>`select ${sql.unsafe(findingColumns)} from findings f where f.id = ${id}`;
  if (finding === undefined) return null;
  const actions = await sql<Action[]>`
    select ${sql.unsafe(actionColumns)} from actions a where a.finding_id = ${id} order by a.id desc limit 100`;
  return { finding, actions };
}
