import { integer, pgTable, primaryKey, smallint } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

/**
 * Counts of quarter hours, a row for each day of UTC: every zone's hours and days are whole quarters of it, so they
 * serve any zone. All arrays belong together; `quarters` (0 to 95, ascending) are those in which anything happened.
 */
export const rollupQuarters = pgTable(
  "rollup_quarters",
  {
    tenantId: tenantId(),
    startsAt: instant("starts_at").notNull(),
    quarters: smallint("quarters").array().notNull(),
    created: integer("created").array().notNull(),
    messagesIn: integer("messages_in").array().notNull(),
    messagesOut: integer("messages_out").array().notNull(),
    messagesPrivate: integer("messages_private").array().notNull(),
    resolved: integer("resolved").array().notNull(),
    reopened: integer("reopened").array().notNull(),
    /** Conversations that came to stand so, less those that ceased to. */
    openNet: integer("open_net").array().notNull(),
    unattendedNet: integer("unattended_net").array().notNull(),
    unassignedNet: integer("unassigned_net").array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.startsAt] })],
);
