import { integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

/**
 * Counts of quarter hours, a row for each day of UTC: every zone's hours and days are whole quarters of it, so they
 * serve any zone. `quarters` (0 to 95, ascending) and `counts` belong together; quarters without a count are left out.
 */
export const rollupQuarters = pgTable(
  "rollup_quarters",
  {
    tenantId: tenantId(),
    metric: text("metric").notNull(),
    startsAt: instant("starts_at").notNull(),
    quarters: smallint("quarters").array().notNull(),
    counts: integer("counts").array().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.metric, table.startsAt] })],
);
