import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { tenants } from "./tenants.ts";

/** When jobs start by themselves. `next_at` is what is due: null while disabled. */
export const schedules = pgTable(
  "schedules",
  {
    id: uuid("id").primaryKey(),
    /** Null for operators' own. */
    tenantId: uuid("tenant_id").references(() => tenants.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    job: text("job").notNull(),
    /** The request, not the input: "the last 30 days" are completed for each slot. */
    input: jsonb("input").notNull(),
    cron: text("cron").notNull(),
    /** IANA. */
    timezone: text("timezone").notNull(),
    catchUp: text("catch_up", { enum: ["all", "latest", "none"] }).notNull(),
    overlap: text("overlap", { enum: ["skip", "queue", "cancel"] }).notNull(),
    priority: smallint("priority").notNull().default(0),
    enabled: boolean("enabled").notNull().default(true),
    /** Comes with the definition of its job. */
    builtIn: boolean("built_in").notNull().default(false),
    nextAt: instant("next_at"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    changedAt: instant("changed_at").notNull().defaultNow(),
  },
  (table) => [
    index("schedules_tenant").on(table.tenantId, table.id),
    index("schedules_due").on(table.nextAt).where(sql`next_at is not null`),
    uniqueIndex("schedules_built_in").on(table.job).where(sql`built_in`),
    check("schedules_catch_up_known", sql`${table.catchUp} in ('all', 'latest', 'none')`),
    check("schedules_overlap_known", sql`${table.overlap} in ('skip', 'queue', 'cancel')`),
    check("schedules_disabled_is_never_due", sql`${table.enabled} or ${table.nextAt} is null`),
  ],
);
