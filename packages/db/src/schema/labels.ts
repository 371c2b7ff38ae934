import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant, rowId, tenantId } from "./columns.ts";

export const labels = pgTable(
  "labels",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    sourceKey: text("source_key").notNull(),
    /** The event time of its name; null while no event has named it. */
    namedAt: instant("named_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("labels_source_key").on(table.tenantId, table.sourceKey),
  ],
);
