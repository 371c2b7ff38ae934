import { bigint, integer, pgTable, primaryKey, smallint, text } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

/** Durations of one local day of the tenant's zone, computed from measurements. */
export const rollupDays = pgTable(
  "rollup_days",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    metric: text("metric").notNull(),
    /** The day's first instant. A day without a row has nothing of the metric. */
    startsAt: instant("starts_at").notNull(),
    count: bigint("count", { mode: "number" }).notNull(),
    /** Milliseconds. */
    sumMs: bigint("sum_ms", { mode: "number" }),
    minMs: bigint("min_ms", { mode: "number" }),
    maxMs: bigint("max_ms", { mode: "number" }),
    /** The sketch of the durations: logarithmic classes ascending, and how many durations lie in each. */
    sketchKeys: smallint("sketch_keys").array(),
    sketchCounts: integer("sketch_counts").array(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.zone, table.metric, table.startsAt] })],
);
