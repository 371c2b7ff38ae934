import { pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant, rowId } from "./columns.ts";

/**
 * Quarter hours whose facts changed since they were rolled up; triggers write them with the change. Until the mark is
 * gone, reports take what is marked from the facts.
 */
export const rollupMarks = pgTable(
  "rollup_marks",
  {
    // no reference: the end of a tenant deletes its facts, which marks them
    tenantId: uuid("tenant_id").notNull(),
    id: rowId(),
    startsAt: instant("starts_at").notNull(),
    /** Only this zone's days are to be made; null for all that is rolled up. */
    zone: text("zone"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] })],
);
