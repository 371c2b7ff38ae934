import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

export const messages = pgTable(
  "messages",
  {
    tenantId: tenantId(),
    id: rowId(),
    conversationId: rowRef("conversation_id").notNull(),
    sourceKey: text("source_key").notNull(),
    direction: text("direction", { enum: ["in", "out"] }).notNull(),
    sender: text("sender", { enum: ["customer", "agent", "bot", "system"] }).notNull(),
    /** The agent who wrote it; null for everyone else. */
    senderId: uuid("sender_id"),
    isPrivate: boolean("is_private").notNull().default(false),
    content: text("content").notNull(),
    at: instant("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("messages_source_key").on(table.tenantId, table.sourceKey),
    index("messages_at").on(table.tenantId, table.at),
    index("messages_conversation").on(table.tenantId, table.conversationId, table.at),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("messages_direction_known", sql`${table.direction} in ('in', 'out')`),
    check("messages_sender_known", sql`${table.sender} in ('customer', 'agent', 'bot', 'system')`),
  ],
);
