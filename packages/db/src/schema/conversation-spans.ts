import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

/**
 * How each conversation stood while it was not resolved: stretches that do not overlap, the last one open-ended while it
 * is not resolved. What stood at an instant, and for how long somebody had it, is read here.
 */
export const conversationSpans = pgTable(
  "conversation_spans",
  {
    tenantId: tenantId(),
    conversationId: rowRef("conversation_id").notNull(),
    startedAt: instant("started_at").notNull(),
    endedAt: instant("ended_at"),
    status: text("status", { enum: ["open", "pending", "snoozed"] }).notNull(),
    /** Open, and nobody has answered yet or the customer waits again. */
    isUnattended: boolean("is_unattended").notNull(),
    userId: uuid("user_id"),
    inboxId: rowRef("inbox_id").notNull(),
    teamId: rowRef("team_id"),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.conversationId, table.startedAt] }),
    index("conversation_spans_started").on(table.tenantId, table.startedAt),
    index("conversation_spans_ended").on(table.tenantId, table.endedAt),
    index("conversation_spans_present").on(table.tenantId, table.conversationId).where(sql`ended_at is null`),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("conversation_spans_last", sql`${table.endedAt} > ${table.startedAt}`),
  ],
);
