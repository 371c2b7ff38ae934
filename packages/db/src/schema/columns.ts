import { bigint, customType, timestamp, uuid } from "drizzle-orm/pg-core";
import { tenants } from "./tenants.ts";

/** A point in time, always with zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date", precision: 3 });

/** The tenant that a row belongs to; row-level security compares it. */
export const tenantId = () =>
  uuid("tenant_id")
    .notNull()
    .references(() => tenants.id, { onDelete: "cascade" });

/** Row numbers of tenant data: half as wide as a uuid, and 2^53 is enough. */
export const rowId = () => bigint("id", { mode: "number" }).generatedAlwaysAsIdentity();
export const rowRef = (name: string) => bigint(name, { mode: "number" });

export const bytes = customType<{ data: Buffer }>({ dataType: () => "bytea" });
