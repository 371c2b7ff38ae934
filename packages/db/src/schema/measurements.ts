import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, pgEnum, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

export const measurementKind = pgEnum("measurement_kind", ["first_response", "reply_time", "resolution", "reopening"]);

/**
 * Durations derived from events, whole milliseconds. `at` is the event that ended the span, and reports count by it.
 * Inbox, team, channel and priority stand here as they were then, so that a report needs no join.
 */
export const measurements = pgTable(
  "measurements",
  {
    tenantId: tenantId(),
    id: rowId(),
    conversationId: rowRef("conversation_id").notNull(),
    kind: measurementKind("kind").notNull(),
    startedAt: instant("started_at").notNull(),
    at: instant("at").notNull(),
    durationMs: bigint("duration_ms", { mode: "number" }).notNull(),
    /** Null while the inbox has no working hours. */
    businessMs: bigint("business_ms", { mode: "number" }),
    /** Whom the measurement is credited to: the sender of a response, else the assignee. */
    userId: uuid("user_id"),
    inboxId: rowRef("inbox_id").notNull(),
    teamId: rowRef("team_id"),
    channel: text("channel").notNull(),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index("measurements_kind_at").on(table.tenantId, table.kind, table.at),
    index("measurements_conversation").on(table.tenantId, table.conversationId),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("measurements_duration_not_negative", sql`${table.durationMs} >= 0`),
  ],
);
