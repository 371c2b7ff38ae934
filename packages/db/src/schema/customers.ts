import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { rowId, tenantId } from "./columns.ts";

export const customers = pgTable(
  "customers",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    sourceKey: text("source_key").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("customers_source_key").on(table.tenantId, table.sourceKey),
  ],
);
