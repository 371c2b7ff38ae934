import type { DatabaseSnapshot, ForeignKeySnapshot, IndexSnapshot, TableSnapshot } from "./database-snapshot.ts";
import type { Advice } from "./finding.ts";
import { dropConcurrently, newIndexName, qualifiedName, quoteName } from "./sql-name.ts";

/**
 * An index pays when reading the table whole costs the planner at least this much: the initial cost below which the
 * index builder "dexter" does not look at a query. Smaller tables are read whole whatever indexes they have.
 */
const lookupCostMin = 100;

/**
 * Foreign keys that no index covers: each delete or key change of a referenced row, and each look-up by the key, reads
 * the table whole. An index covers a key when its first columns are the key's, in any order, and serve `=`; partial and
 * invalid ones do not count. Foreign keys with the same columns get one index between them.
 */
export function adviseForeignKeysWithoutIndex(snapshot: DatabaseSnapshot): Advice[] {
  const tables = new Map(snapshot.tables.map((table) => [`${table.schema}.${table.name}`, table]));
  const taken = new Set([...snapshot.indexes.map(({ name }) => name), ...snapshot.tables.map(({ name }) => name)]);
  const proposed = new Map<string, string>();
  return snapshot.foreignKeys.flatMap((key) => {
    const table = tables.get(`${key.schema}.${key.table}`);
    const indexes = snapshot.indexes.filter(({ schema, table: of }) => schema === key.schema && of === key.table);
    if (table === undefined || indexes.some((index) => covers(index, key.columns))) return [];
    const columns = [key.schema, key.table, ...[...key.columns].sort()].join("\0");
    const twin = proposed.get(columns);
    const reason = whyNot(key, table, indexes, snapshot) ?? (twin === undefined ? null : `${twin} is proposed already`);
    const name = newIndexName(key.table, key.columns, taken);
    if (reason === null) {
      taken.add(name);
      proposed.set(columns, `an index for ${key.name}`);
    }
    return [adviceOn(key, table, reason === null ? name : null, reason, snapshot)];
  });
}

/** Does the index find all rows with given values of these columns? */
export function covers(index: IndexSnapshot, columns: readonly string[]): boolean {
  if (!index.valid || index.predicate !== null) return false;
  if (index.method === "hash" && columns.length > 1) return false;
  if (index.method !== "btree" && index.method !== "hash") return false;
  const leading = index.keys.slice(0, columns.length);
  const named = new Set(leading.filter(({ servesEquality }) => servesEquality).map(({ column }) => column));
  return named.size === columns.length && columns.every((column) => named.has(column));
}

/** What reading the table whole costs the planner, by its own formula (PostgreSQL manual, "EXPLAIN Basics"). */
export function wholeReadCost(table: TableSnapshot, conditions: number, snapshot: DatabaseSnapshot): number {
  const pages = Math.ceil(table.bytes / snapshot.blockBytes);
  const rows = Math.max(table.estimatedRows ?? 0, table.liveRows);
  return pages * snapshot.seqPageCost + rows * (snapshot.cpuTupleCost + conditions * snapshot.cpuOperatorCost);
}

function whyNot(
  key: ForeignKeySnapshot,
  table: TableSnapshot,
  indexes: readonly IndexSnapshot[],
  snapshot: DatabaseSnapshot,
): string | null {
  if (table.kind === "partitioned") return "an index on a partitioned table cannot be built concurrently";
  if (!table.owned) return `only its owner may build an index, and ${snapshot.login} does not own the table`;
  const building = indexes.find((index) => !index.valid && covers({ ...index, valid: true }, key.columns));
  if (building !== undefined) return `${building.name} would cover it, but is invalid or still being built`;
  const present = indexes.find((index) => coversWherePresent(index, key.columns));
  if (present !== undefined) return `${present.name} leaves out only rows without a value, which no look-up asks for`;
  if (wholeReadCost(table, key.columns.length, snapshot) < lookupCostMin)
    return "the table is so small that the planner would go on reading it whole";
  return null;
}

/** A partial index that leaves out nothing but missing values of these columns. */
function coversWherePresent(index: IndexSnapshot, columns: readonly string[]): boolean {
  if (index.predicate === null || !covers({ ...index, predicate: null }, columns)) return false;
  const harmless = new Set(
    columns.flatMap((column) => [`(${column} IS NOT NULL)`, `(${quoteName(column)} IS NOT NULL)`]),
  );
  const inner = index.predicate.startsWith("((") ? index.predicate.slice(1, -1) : index.predicate;
  return inner.split(" AND ").every((part) => harmless.has(part));
}

function adviceOn(
  key: ForeignKeySnapshot,
  table: TableSnapshot,
  name: string | null,
  reason: string | null,
  snapshot: DatabaseSnapshot,
): Advice {
  const cost = wholeReadCost(table, key.columns.length, snapshot);
  const list = key.columns.map(quoteName).join(", ");
  return {
    kind: "foreign-key-without-index",
    subject: `foreign key ${key.schema}.${key.table}.${key.name}`,
    table: `${key.schema}.${key.table}`,
    severity: cost < lookupCostMin ? "info" : key.referencedDeletes > 0 ? "critical" : "warning",
    confidence: "high",
    evidence: {
      columns: key.columns,
      referencedTable: key.referencedTable,
      onDelete: key.onDelete,
      referencedDeletes: key.referencedDeletes,
      tableRows: Math.max(table.estimatedRows ?? 0, table.liveRows),
      tableBytes: table.bytes,
      lookupCost: Math.round(cost * 100) / 100,
      lookupCostMin,
      sampledAt: new Date(snapshot.takenAtMs).toISOString(),
    },
    benefit: `Look-ups by ${key.columns.join(", ")} and deletes in ${key.referencedTable} stop reading the table whole.`,
    risk: "Each write to the table keeps one more index up to date; the build reads the table twice.",
    action:
      name === null
        ? null
        : {
            command: "create-index",
            schema: key.schema,
            table: key.table,
            index: name,
            lookupColumns: key.columns,
            sql: `CREATE INDEX CONCURRENTLY ${quoteName(name)} ON ${qualifiedName(key.schema, key.table)} USING btree (${list})`,
            undoSql: dropConcurrently(key.schema, name),
          },
    reason,
  };
}
