import type { DatabaseSnapshot, TableSnapshot } from "./database-snapshot.ts";
import type { Advice } from "./finding.ts";
import { qualifiedName } from "./sql-name.ts";

/**
 * Tables whose statistics the planner should not trust: never analysed although they hold rows, or with more changed
 * rows than autovacuum itself accepts: threshold + scale factor x rows, each as it holds for the table (PostgreSQL
 * manual, "The Autovacuum Daemon"). Empty tables are left alone: there is nothing to learn about them.
 */
export function adviseStaleStatistics(snapshot: DatabaseSnapshot): Advice[] {
  return snapshot.tables.flatMap((table) => {
    const limitRows = analyzeLimitRows(table);
    const never = table.analyzedAtMs === null && table.liveRows > 0;
    if (!never && table.modifiedRows <= limitRows) return [];
    return [adviceOn(table, limitRows, never, snapshot)];
  });
}

/** Changed rows from which autovacuum would analyse the table. */
export const analyzeLimitRows = (table: TableSnapshot): number =>
  table.analyzeThreshold + table.analyzeScaleFactor * (table.estimatedRows ?? 0);

function adviceOn(table: TableSnapshot, limitRows: number, never: boolean, snapshot: DatabaseSnapshot): Advice {
  const name = qualifiedName(table.schema, table.name);
  const reason = table.owned ? null : `only its owner may analyse it, and ${snapshot.login} does not own it`;
  return {
    kind: "stale-statistics",
    subject: `table ${table.schema}.${table.name}`,
    table: `${table.schema}.${table.name}`,
    // below the limit only "never analysed" gets here: a table so small that autovacuum would not care either
    severity: table.modifiedRows > limitRows || table.liveRows > limitRows ? "warning" : "info",
    confidence: "high",
    evidence: {
      neverAnalyzed: never,
      analyzedAt: table.analyzedAtMs === null ? null : new Date(table.analyzedAtMs).toISOString(),
      estimatedRows: table.estimatedRows,
      liveRows: table.liveRows,
      modifiedRows: table.modifiedRows,
      limitRows,
      sampledAt: new Date(snapshot.takenAtMs).toISOString(),
    },
    benefit: "The planner knows how many rows there are and how their values are spread.",
    risk: "Reads a sample of the table; reads and writes go on.",
    action:
      reason === null
        ? {
            command: "analyze",
            schema: table.schema,
            table: table.name,
            index: null,
            lookupColumns: [],
            sql: `ANALYZE ${name}`,
            undoSql: null,
          }
        : null,
    reason,
  };
}
