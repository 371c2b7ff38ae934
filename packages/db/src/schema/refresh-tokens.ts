import { foreignKey, index, pgTable, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";
import { memberships } from "./memberships.ts";
import { users } from "./users.ts";

/**
 * Refresh tokens of people, stored hashed. Each is used once and makes its successor; all that descend from one sign-in
 * are a family. They end with the membership for which they were made; an operator's have no tenant.
 */
export const refreshTokens = pgTable(
  "refresh_tokens",
  {
    id: uuid("id").primaryKey(),
    familyId: uuid("family_id").notNull(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    tenantId: uuid("tenant_id"),
    secretHash: bytes("secret_hash").notNull().unique(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    usedAt: instant("used_at"),
    revokedAt: instant("revoked_at"),
  },
  (table) => [
    index("refresh_tokens_family").on(table.familyId),
    index("refresh_tokens_user").on(table.userId),
    index("refresh_tokens_membership").on(table.tenantId, table.userId),
    index("refresh_tokens_expires").on(table.expiresAt),
    foreignKey({
      name: "refresh_tokens_membership_fk",
      columns: [table.tenantId, table.userId],
      foreignColumns: [memberships.tenantId, memberships.userId],
    }).onDelete("cascade"),
  ],
);
