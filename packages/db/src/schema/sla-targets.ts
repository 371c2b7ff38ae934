import { sql } from "drizzle-orm";
import { bigint, boolean, check, foreignKey, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowRef, tenantId } from "./columns.ts";
import { conversations } from "./conversations.ts";

/**
 * What was promised about a conversation: kept when it ended by `due_at`, missed when not. It is decided at whichever
 * comes first; a due time in the future decides nothing yet.
 */
export const slaTargets = pgTable(
  "sla_targets",
  {
    tenantId: tenantId(),
    conversationId: rowRef("conversation_id").notNull(),
    target: text("target", { enum: ["first_response", "reply", "resolution"] }).notNull(),
    startedAt: instant("started_at").notNull(),
    policy: text("policy").notNull(),
    promisedMs: bigint("promised_ms", { mode: "number" }).notNull(),
    /** Counted within the working hours of the inbox, where there are any. */
    businessHours: boolean("business_hours").notNull(),
    /** Null: working hours that never come. */
    dueAt: instant("due_at"),
    /** When what was promised happened. */
    endedAt: instant("ended_at"),
    /** Since when nobody waits for it any more. */
    withdrawnAt: instant("withdrawn_at"),
    /** The first of the three; the target was kept or missed then, or fell away. */
    decidedAt: instant("decided_at").generatedAlwaysAs(sql`least(due_at, ended_at, withdrawn_at)`),
    userId: uuid("user_id"),
    inboxId: rowRef("inbox_id").notNull(),
    teamId: rowRef("team_id"),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.conversationId, table.target, table.startedAt] }),
    index("sla_targets_decided").on(table.tenantId, table.decidedAt),
    foreignKey({
      columns: [table.tenantId, table.conversationId],
      foreignColumns: [conversations.tenantId, conversations.id],
    }).onDelete("cascade"),
    check("sla_targets_promised", sql`${table.promisedMs} > 0`),
  ],
);
