import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { schedules } from "./schedules.ts";
import { tenants } from "./tenants.ts";

/** One row a slot, whatever became of it: the key is what lets no slot happen twice. */
export const scheduleRuns = pgTable(
  "schedule_runs",
  {
    scheduleId: uuid("schedule_id")
      .notNull()
      .references(() => schedules.id, { onDelete: "cascade" }),
    slotAt: instant("slot_at").notNull(),
    tenantId: uuid("tenant_id").references(() => tenants.id, { onDelete: "cascade" }),
    outcome: text("outcome", { enum: ["queued", "started", "joined", "skipped", "missed", "refused"] }).notNull(),
    /** No foreign key: runs are pruned before their slots may be. */
    runId: uuid("run_id"),
    detail: text("detail"),
    /** Who asked for it by hand. */
    requestedBy: text("requested_by"),
  },
  (table) => [
    primaryKey({ columns: [table.scheduleId, table.slotAt] }),
    index("schedule_runs_tenant").on(table.tenantId),
    index("schedule_runs_queued").on(table.scheduleId, table.slotAt).where(sql`outcome = 'queued'`),
    index("schedule_runs_slot").on(table.slotAt),
    check(
      "schedule_runs_outcome_known",
      sql`${table.outcome} in ('queued', 'started', 'joined', 'skipped', 'missed', 'refused')`,
    ),
  ],
);
