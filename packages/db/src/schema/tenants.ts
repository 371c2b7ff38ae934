import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { sql } from "drizzle-orm";
import { check, jsonb, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";

export const tenants = pgTable(
  "tenants",
  {
    id: uuid("id").primaryKey(),
    name: text("name").notNull().unique(),
    /** IANA zone in which the tenant's days begin unless a report names another. */
    timezone: text("timezone").notNull().default("UTC"),
    plan: text("plan", { enum: ["free", "standard", "enterprise"] })
      .notNull()
      .default("standard"),
    /** Null: business durations are not measured, unless an inbox has hours of its own. */
    workingHours: jsonb("working_hours").$type<WorkingHours>(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "date", precision: 3 }).notNull().defaultNow(),
  },
  (table) => [check("tenants_plan_known", sql`${table.plan} in ('free', 'standard', 'enterprise')`)],
);
