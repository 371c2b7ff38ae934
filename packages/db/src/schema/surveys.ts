import { sql } from "drizzle-orm";
import { check, foreignKey, index, pgTable, primaryKey, smallint, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

/** Requests for a rating and their answers, credited to whoever had the conversation when it was last resolved. */
export const surveys = pgTable(
  "surveys",
  {
    tenantId: tenantId(),
    conversationId: rowRef("conversation_id").notNull(),
    sentAt: instant("sent_at").notNull(),
    /** When it was first answered; rating and comment are those of the last answer. */
    answeredAt: instant("answered_at"),
    rating: smallint("rating"),
    comment: text("comment"),
    userId: uuid("user_id"),
    inboxId: rowRef("inbox_id").notNull(),
    teamId: rowRef("team_id"),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.conversationId, table.sentAt] }),
    index("surveys_sent").on(table.tenantId, table.sentAt),
    index("surveys_answered").on(table.tenantId, table.answeredAt),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("surveys_rating_known", sql`${table.rating} between 1 and 5`),
    check("surveys_answer_whole", sql`(${table.answeredAt} is null) = (${table.rating} is null)`),
  ],
);
