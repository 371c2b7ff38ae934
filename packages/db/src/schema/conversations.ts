import { sql } from "drizzle-orm";
import {
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  smallint,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant, rowId, rowRef, tenantId } from "./columns.ts";
import { customers } from "./customers.ts";
import { inboxes } from "./inboxes.ts";
import { memberships } from "./memberships.ts";
import { teams } from "./teams.ts";

/** The present state of each conversation, folded from its events. All times are event times. */
export const conversations = pgTable(
  "conversations",
  {
    tenantId: tenantId(),
    id: rowId(),
    sourceKey: text("source_key").notNull(),
    inboxId: rowRef("inbox_id").notNull(),
    customerId: rowRef("customer_id"),
    teamId: rowRef("team_id"),
    assigneeId: uuid("assignee_id"),
    status: text("status", { enum: ["open", "pending", "snoozed", "resolved"] }).notNull(),
    priority: text("priority", { enum: ["low", "medium", "high", "urgent"] }),
    createdAt: instant("created_at").notNull(),
    firstRespondedAt: instant("first_responded_at"),
    /** Since when the customer waits for an answer; null while nobody waits. */
    waitingSince: instant("waiting_since"),
    resolvedAt: instant("resolved_at"),
    lastActivityAt: instant("last_activity_at").notNull(),
    reopenedCount: integer("reopened_count").notNull().default(0),
    /** Of the fold that wrote it and what hangs on it; one of an older version is folded anew. */
    foldVersion: smallint("fold_version").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("conversations_source_key").on(table.tenantId, table.sourceKey),
    index("conversations_created").on(table.tenantId, table.createdAt),
    index("conversations_to_fold").on(table.tenantId, table.id).where(sql`fold_version < 1`),
    // for deletes and key changes of what they refer to
    index("conversations_inbox").on(table.tenantId, table.inboxId),
    index("conversations_customer").on(table.tenantId, table.customerId),
    index("conversations_team").on(table.tenantId, table.teamId),
    index("conversations_assignee").on(table.tenantId, table.assigneeId),
    foreignKey({ columns: [table.tenantId, table.inboxId], foreignColumns: [inboxes.tenantId, inboxes.id] }),
    foreignKey({ columns: [table.tenantId, table.customerId], foreignColumns: [customers.tenantId, customers.id] }),
    foreignKey({ columns: [table.tenantId, table.teamId], foreignColumns: [teams.tenantId, teams.id] }),
    foreignKey({
      columns: [table.tenantId, table.assigneeId],
      foreignColumns: [memberships.tenantId, memberships.userId],
    }),
    check("conversations_status_known", sql`${table.status} in ('open', 'pending', 'snoozed', 'resolved')`),
    check("conversations_priority_known", sql`${table.priority} in ('low', 'medium', 'high', 'urgent')`),
  ],
);
