import type { Database } from "../connect.ts";

/**
 * Brings the planner's statistics of the tables of tenant data up to date, as bulk loads should. As the login itself:
 * only a table's owner may; for another Postgres warns and leaves them. Rejects when the statements fail.
 */
export async function analyzeTenantData({ sql }: Database): Promise<void> {
  await sql.unsafe(
    "analyze inboxes, teams, labels, customers, conversations, conversation_labels, messages, events, measurements, memberships",
  );
}
