import { bigint, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

/** What an agent did on a local day of the tenant's zone, one wide row; sums are milliseconds. */
export const rollupAgentDays = pgTable(
  "rollup_agent_days",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    startsAt: instant("starts_at").notNull(),
    userId: uuid("user_id").notNull(),
    /** Conversations that the agent first answered or resolved on this day. */
    handled: integer("handled").notNull(),
    resolved: integer("resolved").notNull(),
    reopened: integer("reopened").notNull(),
    messages: integer("messages").notNull(),
    /** Quarter hours in which the agent wrote or resolved. */
    activeQuarters: integer("active_quarters").notNull(),
    firstResponses: integer("first_responses").notNull(),
    firstResponseMs: bigint("first_response_ms", { mode: "number" }).notNull(),
    replies: integer("replies").notNull(),
    replyMs: bigint("reply_ms", { mode: "number" }).notNull(),
    resolutionMs: bigint("resolution_ms", { mode: "number" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.zone, table.startsAt, table.userId] })],
);
