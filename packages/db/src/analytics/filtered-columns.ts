import type { TransactionSql } from "postgres";
import type { FilteredColumns } from "./filter-conditions.ts";

/** What measurements `m` are filtered by: their own columns, as they were when the measured span ended. */
export const measurementColumns = (sql: TransactionSql): FilteredColumns => ({
  agent: sql`m.user_id`,
  inbox: sql`m.inbox_id`,
  team: sql`m.team_id`,
  channel: sql`m.channel`,
  priority: sql`m.priority`,
  conversation: sql`m.conversation_id`,
});

/** What conversations `c` are filtered by: who has them now, and their present team and priority. */
export const conversationColumns = (sql: TransactionSql): FilteredColumns => ({
  agent: sql`c.assignee_id`,
  inbox: sql`c.inbox_id`,
  team: sql`c.team_id`,
  priority: sql`c.priority`,
  conversation: sql`c.id`,
});

/** What conversation_spans or surveys `s` are filtered by: to whom they belong or are credited, and team and priority then. */
export const spanColumns = (sql: TransactionSql): FilteredColumns => ({
  agent: sql`s.user_id`,
  inbox: sql`s.inbox_id`,
  team: sql`s.team_id`,
  priority: sql`s.priority`,
  conversation: sql`s.conversation_id`,
});

/** What messages `m` of conversations `c` are filtered by: who sent what went out, who has the conversation for the rest. */
export const messageColumns = (sql: TransactionSql): FilteredColumns => ({
  ...conversationColumns(sql),
  agent: sql`case m.direction when 'out' then m.sender_id else c.assignee_id end`,
});
