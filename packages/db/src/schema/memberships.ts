import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";
import { users } from "./users.ts";

/** Which user has which role in which tenant. */
export const memberships = pgTable(
  "memberships",
  {
    tenantId: tenantId(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    role: text("role", { enum: ["agent", "supervisor", "admin"] }).notNull(),
    /** The agent's key in the system that the tenant's events come from. */
    sourceKey: text("source_key"),
    /** The event time of its name; null while no event has named it. */
    namedAt: instant("named_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** Since when the user belongs there no more. The row stays: conversations and measurements name its user. */
    endedAt: instant("ended_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId] }),
    unique("memberships_source_key").on(table.tenantId, table.sourceKey),
    index("memberships_user").on(table.userId),
    check("memberships_role_known", sql`${table.role} in ('agent', 'supervisor', 'admin')`),
  ],
);
