import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { tenantId } from "./columns.ts";

/** The zones in whose local days a tenant's facts are rolled up: its own, and the former one until that is taken away. */
export const rollupZones = pgTable("rollup_zones", { tenantId: tenantId(), zone: text("zone").notNull() }, (table) => [
  primaryKey({ columns: [table.tenantId, table.zone] }),
]);
