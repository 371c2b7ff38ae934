import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { jsonb, pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant, rowId, tenantId } from "./columns.ts";

/** Where conversations come in; the channel says by which kind of medium. */
export const inboxes = pgTable(
  "inboxes",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    channel: text("channel").notNull(),
    sourceKey: text("source_key").notNull(),
    /** The event time of its name; null while no event has named it. */
    namedAt: instant("named_at"),
    /** IANA zone of the working hours; null: the tenant's. */
    timezone: text("timezone"),
    /** Null: the tenant's. */
    workingHours: jsonb("working_hours").$type<WorkingHours>(),
    /** The event time of the working hours; null while no event has set them. */
    hoursAt: instant("hours_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("inboxes_source_key").on(table.tenantId, table.sourceKey),
  ],
);
