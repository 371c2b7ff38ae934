import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { rowId, tenantId } from "./columns.ts";

/** Where conversations come in; the channel says by which kind of medium. */
export const inboxes = pgTable(
  "inboxes",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    channel: text("channel").notNull(),
    sourceKey: text("source_key").notNull(),
    /** IANA zone of the working hours; null: the tenant's. */
    timezone: text("timezone"),
    /** Null: the tenant's. */
    workingHours: jsonb("working_hours").$type<WorkingHours>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("inboxes_source_key").on(table.tenantId, table.sourceKey),
  ],
);
