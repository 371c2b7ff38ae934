import { sql } from "drizzle-orm";
import { bigint, check, foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

/** Runs of automation rules on conversations, with who had the conversation then. */
export const automationRuns = pgTable(
  "automation_runs",
  {
    tenantId: tenantId(),
    conversationId: rowRef("conversation_id").notNull(),
    sourceKey: text("source_key").notNull(),
    at: instant("at").notNull(),
    rule: text("rule").notNull(),
    trigger: text("trigger").notNull(),
    outcome: text("outcome", { enum: ["succeeded", "failed"] }).notNull(),
    actions: text("actions").array().notNull(),
    durationMs: bigint("duration_ms", { mode: "number" }).notNull(),
    /** Why it failed, in its source's words. */
    error: text("error"),
    userId: uuid("user_id"),
    inboxId: rowRef("inbox_id").notNull(),
    teamId: rowRef("team_id"),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sourceKey] }),
    index("automation_runs_at").on(table.tenantId, table.at),
    index("automation_runs_conversation").on(table.tenantId, table.conversationId),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("automation_runs_outcome_known", sql`${table.outcome} in ('succeeded', 'failed')`),
    check("automation_runs_duration_not_negative", sql`${table.durationMs} >= 0`),
  ],
);
