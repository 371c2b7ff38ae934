import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { rowId, tenantId } from "./columns.ts";

export const teams = pgTable(
  "teams",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    sourceKey: text("source_key").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("teams_source_key").on(table.tenantId, table.sourceKey),
  ],
);
