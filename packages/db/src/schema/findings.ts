import { sql } from "drizzle-orm";
import { check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** What advisors saw about the platform itself, with evidence. Ids are UUIDv7: the order of first sight. No tenant. */
export const findings = pgTable(
  "findings",
  {
    id: uuid("id").primaryKey(),
    kind: text("kind").notNull(),
    subject: text("subject").notNull(),
    severity: text("severity", { enum: ["info", "warning", "critical"] }).notNull(),
    confidence: text("confidence", { enum: ["low", "high"] }).notNull(),
    evidence: jsonb("evidence").notNull(),
    benefit: text("benefit").notNull(),
    risk: text("risk").notNull(),
    /** Why no action is proposed. */
    reason: text("reason"),
    firstSeenAt: instant("first_seen_at").notNull().defaultNow(),
    lastSeenAt: instant("last_seen_at").notNull().defaultNow(),
    resolvedAt: instant("resolved_at"),
  },
  (table) => [uniqueIndex("findings_open").on(table.kind, table.subject).where(sql`resolved_at is null`)],
);

/**
 * Changes that answer findings. `begun_at` is the intent, committed before the statement runs: a row that is planned and
 * begun belongs to a worker that is at it or died over it. The run is named, not referenced: runs are pruned sooner.
 */
export const actions = pgTable(
  "actions",
  {
    id: uuid("id").primaryKey(),
    findingId: uuid("finding_id")
      .notNull()
      .references(() => findings.id, { onDelete: "cascade" }),
    runId: uuid("run_id").notNull(),
    state: text("state", { enum: ["planned", "applied", "verified", "undone", "failed"] })
      .notNull()
      .default("planned"),
    command: text("command", { enum: ["analyze", "create-index", "drop-index"] }).notNull(),
    schemaName: text("schema_name").notNull(),
    tableName: text("table_name").notNull(),
    indexName: text("index_name"),
    lookupColumns: text("lookup_columns").array().notNull(),
    sql: text("sql").notNull(),
    undoSql: text("undo_sql"),
    /** The index right after the action, as Postgres prints it: what differs later has been changed by somebody. */
    definitionAfter: text("definition_after"),
    before: jsonb("before"),
    after: jsonb("after"),
    error: text("error"),
    plannedAt: instant("planned_at").notNull().defaultNow(),
    begunAt: instant("begun_at"),
    appliedAt: instant("applied_at"),
    /** When it was verified, undone or given up; null while that is open. */
    endedAt: instant("ended_at"),
  },
  (table) => [
    index("actions_finding").on(table.findingId),
    uniqueIndex("actions_planned").on(table.findingId).where(sql`state = 'planned'`),
    check("actions_state_known", sql`${table.state} in ('planned', 'applied', 'verified', 'undone', 'failed')`),
  ],
);
