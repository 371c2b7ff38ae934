import { bigint, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { tenants } from "./tenants.ts";

/** Who did what to what, appended and never changed. Null tenant: an operator's act on the platform. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id").references(() => tenants.id, { onDelete: "cascade" }),
    at: instant("at").notNull().defaultNow(),
    actor: text("actor").notNull(),
    act: text("act").notNull(),
    object: text("object").notNull(),
    outcome: text("outcome", { enum: ["done", "refused", "failed"] }).notNull(),
    detail: jsonb("detail").notNull().default({}),
  },
  (table) => [
    // newest first in every list; one index for each way to narrow it down
    index("audit_log_tenant_at").on(table.tenantId, table.at, table.id),
    index("audit_log_at").on(table.at, table.id),
    index("audit_log_actor").on(table.actor, table.at, table.id),
    index("audit_log_object").on(table.object, table.at, table.id),
  ],
);
