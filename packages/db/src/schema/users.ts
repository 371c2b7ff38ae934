import { sql } from "drizzle-orm";
import { check, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** People and services. Imported agents have neither e-mail nor password and cannot sign in. */
export const users = pgTable(
  "users",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** Lower case; unique over the platform. */
    email: text("email").unique(),
    /** argon2id, in its PHC text form. */
    passwordHash: text("password_hash"),
    /** Runs the platform: "full" or "read-only"; null for everyone else. */
    operator: text("operator", { enum: ["full", "read-only"] }),
    createdAt: instant("created_at").notNull().defaultNow(),
    disabledAt: instant("disabled_at"),
  },
  (table) => [
    check("users_email_lower", sql`${table.email} = lower(${table.email})`),
    check("users_operator_known", sql`${table.operator} in ('full', 'read-only')`),
  ],
);
