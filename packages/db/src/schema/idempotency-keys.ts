import { index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Answers to POSTs that carried an Idempotency-Key, kept 24 h. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    /** The caller's tenant; the nil UUID for operators, because a key column cannot be null. */
    tenantId: uuid("tenant_id").notNull(),
    caller: text("caller").notNull(),
    route: text("route").notNull(),
    key: text("key").notNull(),
    bodyHash: text("body_hash").notNull(),
    status: integer("status").notNull(),
    location: text("location"),
    body: jsonb("body").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.caller, table.route, table.key] }),
    index("idempotency_keys_created").on(table.createdAt),
  ],
);
