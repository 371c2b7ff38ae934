import { bigint, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

/** How far an import that has not ended has come; it stands beside what it took in, so that it goes on without a gap. */
export const importPositions = pgTable(
  "import_positions",
  {
    tenantId: tenantId(),
    source: text("source").notNull(),
    position: bigint("position", { mode: "number" }).notNull(),
    reachedAt: instant("reached_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.source] })],
);
