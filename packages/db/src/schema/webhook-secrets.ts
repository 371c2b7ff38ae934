import { pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { bytes, instant, tenantId } from "./columns.ts";

/** What other systems sign their webhooks to a tenant with, encrypted. */
export const webhookSecrets = pgTable(
  "webhook_secrets",
  {
    tenantId: tenantId(),
    source: text("source").notNull(),
    sealed: bytes("sealed").notNull(),
    changedAt: instant("changed_at").notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.source] })],
);
