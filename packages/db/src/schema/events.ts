import { sql } from "drizzle-orm";
import { foreignKey, index, jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant, rowId, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

/** Immutable facts, each once: (source, source_key) is the idempotency id that its source gave. */
export const events = pgTable(
  "events",
  {
    tenantId: tenantId(),
    id: rowId(),
    conversationId: rowRef("conversation_id"),
    /** The conversation's source key while its creation is not known yet; null from then on. */
    conversationKey: text("conversation_key"),
    source: text("source").notNull(),
    sourceKey: text("source_key").notNull(),
    type: text("type").notNull(),
    at: instant("at").notNull(),
    /** What the event carries besides, as its source gave it after validation. */
    data: jsonb("data").notNull(),
    recordedAt: instant("recorded_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("events_source_key").on(table.tenantId, table.source, table.sourceKey),
    index("events_conversation").on(table.tenantId, table.conversationId, table.at),
    index("events_waiting").on(table.tenantId, table.conversationKey).where(sql`conversation_key is not null`),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
  ],
);
