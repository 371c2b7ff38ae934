import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { rowId, tenantId } from "./columns.ts";

export const labels = pgTable(
  "labels",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    sourceKey: text("source_key").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("labels_source_key").on(table.tenantId, table.sourceKey),
  ],
);
