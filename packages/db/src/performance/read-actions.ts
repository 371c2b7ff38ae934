import type { UndoneAction } from "@deskpulse/domain/performance/past-action";
import type { EngineTx } from "../transaction.ts";
import { type Action, actionColumns } from "./action-columns.ts";

/** One action; null when there is none. Index: primary key. */
export async function readAction({ sql }: EngineTx, id: string): Promise<Action | null> {
  const [action] = await sql<Action[]>`select ${sql.unsafe(actionColumns)} from actions a where a.id = ${id}`;
  return action ?? null;
}

/**
 * What somebody began and did not end, oldest first, at most 100: begun without a known effect, or applied without a
 * verdict. A few rows of a small table, read whole.
 */
export async function unendedActions({ sql }: EngineTx): Promise<Action[]> {
  return await sql<Action[]>`
    select ${sql.unsafe(actionColumns)} from actions a
    where a.begun_at is not null and a.ended_at is null and a.state in ('planned', 'applied')
    order by a.id limit 100`;
}

/** What was undone within the last `days`, newest first, at most 1,000. A small table, read whole. */
export async function undoneActions({ sql }: EngineTx, days: number): Promise<UndoneAction[]> {
  return await sql<UndoneAction[]>`
    select f.kind, f.subject, (extract(epoch from a.ended_at) * 1000)::float8 as "undoneAtMs"
    from actions a join findings f on f.id = a.finding_id
    where a.state = 'undone' and a.ended_at > now() - ${days}::float8 * interval '1 day'
    order by a.ended_at desc limit 1000`;
}
