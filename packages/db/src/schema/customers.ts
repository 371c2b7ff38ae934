import { pgTable, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { instant, rowId, tenantId } from "./columns.ts";

export const customers = pgTable(
  "customers",
  {
    tenantId: tenantId(),
    id: rowId(),
    name: text("name").notNull(),
    sourceKey: text("source_key").notNull(),
    /** The event time of its name; null while no event has named it. */
    namedAt: instant("named_at"),
    /** When the person's data were erased; no event names the customer any more. */
    erasedAt: instant("erased_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    unique("customers_source_key").on(table.tenantId, table.sourceKey),
  ],
);
