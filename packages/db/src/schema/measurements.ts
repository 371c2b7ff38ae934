import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

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
    /** Text, not an enum: enum_eq is not leakproof, so under row-level security it could not use the index. */
    kind: text("kind", {
      enum: ["first_response", "reply_time", "resolution", "reopening", "bot_resolution", "handoff", "handling"],
    }).notNull(),
    startedAt: instant("started_at").notNull(),
    at: instant("at").notNull(),
    durationMs: bigint("duration_ms", { mode: "number" }).notNull(),
    /** Null while the inbox has no working hours. */
    businessMs: bigint("business_ms", { mode: "number" }),
    /** Of a resolution: when the conversation was resolved before, and how many answers people had given by then. */
    previousAt: instant("previous_at"),
    answers: integer("answers"),
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
    // conversations that were resolved again: few, and all that distinct counts over days must look at
    index("measurements_repeated").on(table.tenantId, table.at).where(sql`previous_at is not null`),
    check(
      "measurements_kind_known",
      sql`${table.kind} in ('first_response', 'reply_time', 'resolution', 'reopening', 'bot_resolution', 'handoff', 'handling')`,
    ),
    check("measurements_duration_not_negative", sql`${table.durationMs} >= 0`),
  ],
);
