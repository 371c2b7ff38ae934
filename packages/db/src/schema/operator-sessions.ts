import { index, pgTable, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "./columns.ts";
import { users } from "./users.ts";

/** Cookie sessions of operators at Bull Board: stored hashed, ended by time or by hand. */
export const operatorSessions = pgTable(
  "operator_sessions",
  {
    id: uuid("id").primaryKey(),
    userId: uuid("user_id")
      .notNull()
      .references(() => users.id, { onDelete: "cascade" }),
    secretHash: bytes("secret_hash").notNull().unique(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("operator_sessions_user").on(table.userId)],
);
