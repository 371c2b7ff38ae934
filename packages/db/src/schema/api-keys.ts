import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant, tenantId } from "./columns.ts";
import { users } from "./users.ts";

/** Keys of services. Only the SHA-256 of the secret is stored: 256 random bits need no slow hash. */
export const apiKeys = pgTable(
  "api_keys",
  {
    id: uuid("id").primaryKey(),
    tenantId: tenantId(),
    name: text("name").notNull(),
    role: text("role", { enum: ["agent", "supervisor", "admin"] }).notNull(),
    secretHash: bytes("secret_hash").notNull().unique(),
    createdBy: uuid("created_by").references(() => users.id, { onDelete: "set null" }),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (table) => [
    index("api_keys_tenant").on(table.tenantId),
    index("api_keys_created_by").on(table.createdBy),
    check("api_keys_role_known", sql`${table.role} in ('agent', 'supervisor', 'admin')`),
  ],
);
