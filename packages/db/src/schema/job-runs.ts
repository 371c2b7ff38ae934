import { sql } from "drizzle-orm";
import { check, index, integer, jsonb, pgTable, smallint, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { tenants } from "./tenants.ts";

/**
 * The life of every run. Ids are UUIDv7, so that the order of ids is the order of creation.
 * No index and no index predicate names a column that a claim writes: claims are HOT updates, in the page's free half.
 */
export const jobRuns = pgTable(
  "job_runs",
  {
    id: uuid("id").primaryKey(),
    /** Null for an operator's own runs. */
    tenantId: uuid("tenant_id").references(() => tenants.id, { onDelete: "cascade" }),
    job: text("job").notNull(),
    queue: text("queue").notNull(),
    state: text("state", { enum: ["queued", "started", "completed", "failed", "cancelled"] }).notNull(),
    input: jsonb("input").notNull(),
    /** BullMQ's number: 0, the default, goes before all others; of 1 to 1,000 the lower goes first. */
    priority: smallint("priority").notNull().default(0),
    sharingKey: text("sharing_key"),
    createdBy: text("created_by").notNull(),
    createdAt: instant("created_at").notNull(),
    /** Not to be started before. */
    runAt: instant("run_at").notNull(),
    /** Errors so far, and what each said (bounded by the definition's attempts). */
    attempts: smallint("attempts").notNull().default(0),
    errors: jsonb("errors").notNull().default([]),
    /** Claims so far: the fence that a finish has to carry. */
    starts: integer("starts").notNull().default(0),
    /** Starts that do not count against the run any more: orderly shutdowns, and all before a retry by hand. */
    startsForgiven: integer("starts_forgiven").notNull().default(0),
    /** How often the run was given to BullMQ; its job id there is `<id>-<handover>`. */
    handover: integer("handover").notNull().default(1),
    /** The worker that has it now. Workers are hints with a heartbeat: no foreign key, so that they can be cleaned up. */
    claimedBy: uuid("claimed_by"),
    startedAt: instant("started_at"),
    progress: jsonb("progress"),
    cancelRequestedAt: instant("cancel_requested_at"),
    finishedAt: instant("finished_at"),
    result: jsonb("result"),
    problem: jsonb("problem"),
  },
  (table) => [
    index("job_runs_tenant").on(table.tenantId, table.id),
    index("job_runs_unfinished").on(table.id).where(sql`finished_at is null`),
    uniqueIndex("job_runs_shared")
      .on(table.tenantId, table.sharingKey)
      .where(sql`finished_at is null and sharing_key is not null`),
    index("job_runs_stored_result")
      .on(table.tenantId, table.sharingKey, table.finishedAt)
      .where(sql`finished_at is not null and sharing_key is not null`),
    check("job_runs_state_known", sql`${table.state} in ('queued', 'started', 'completed', 'failed', 'cancelled')`),
    check("job_runs_finished", sql`(${table.finishedAt} is null) = (${table.state} in ('queued', 'started'))`),
  ],
);
