import { bigint, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { jobRuns } from "./job-runs.ts";
import { tenants } from "./tenants.ts";

/** What processors logged for people, at most 1,000 lines a run. */
export const jobRunLogLines = pgTable(
  "job_run_log_lines",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => jobRuns.id, { onDelete: "cascade" }),
    id: bigint("id", { mode: "number" }).generatedAlwaysAsIdentity(),
    tenantId: uuid("tenant_id").references(() => tenants.id, { onDelete: "cascade" }),
    at: instant("at").notNull(),
    line: text("line").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.id] }), index("job_run_log_lines_tenant").on(table.tenantId)],
);
