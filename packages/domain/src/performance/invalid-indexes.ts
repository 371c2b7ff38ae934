import type { DatabaseSnapshot, IndexSnapshot } from "./database-snapshot.ts";
import type { Advice } from "./finding.ts";
import { concurrently, dropConcurrently } from "./sql-name.ts";

/**
 * Indexes that a concurrent build or drop left behind: the planner does not read them, writes still pay for them.
 * `_ccnew` and `_ccold` are leftovers of REINDEX CONCURRENTLY; dropping is what the PostgreSQL manual advises for all
 * ("Building Indexes Concurrently"). One that is being built now is invalid too, and is not reported.
 */
export function adviseInvalidIndexes(snapshot: DatabaseSnapshot): Advice[] {
  return snapshot.indexes
    .filter(({ valid, beingBuilt, partitioned }) => !valid && !beingBuilt && !partitioned)
    .map((index) => adviceOn(index, snapshot));
}

function adviceOn(index: IndexSnapshot, snapshot: DatabaseSnapshot): Advice {
  const reason = whyNot(index, snapshot);
  return {
    kind: "invalid-index",
    subject: `index ${index.schema}.${index.name}`,
    table: `${index.schema}.${index.table}`,
    severity: "warning",
    confidence: "high",
    evidence: {
      definition: index.definition,
      bytes: index.bytes,
      leftByReindex: /_cc(new|old)\d*$/.test(index.name),
      sampledAt: new Date(snapshot.takenAtMs).toISOString(),
    },
    benefit: `Frees ${index.bytes} bytes, and writes stop keeping up an index that nothing reads.`,
    risk: "None for plans: the planner does not use it.",
    action:
      reason === null
        ? {
            command: "drop-index",
            schema: index.schema,
            table: index.table,
            index: index.name,
            lookupColumns: [],
            sql: dropConcurrently(index.schema, index.name),
            // an invalid index cannot be brought back as such: this builds the valid one that was meant
            undoSql: concurrently(index.definition),
          }
        : null,
    reason,
  };
}

function whyNot(index: IndexSnapshot, snapshot: DatabaseSnapshot): string | null {
  if (!index.owned) return `only its owner may drop it, and ${snapshot.login} does not own the table`;
  if (index.constraint !== null) return `it backs the constraint ${index.constraint}`;
  return null;
}
