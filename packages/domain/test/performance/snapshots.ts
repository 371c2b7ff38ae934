import type {
  DatabaseSnapshot,
  ForeignKeySnapshot,
  IndexKey,
  IndexSnapshot,
  TableSnapshot,
} from "../../src/performance/database-snapshot.ts";

/** A table of 10,000 rows on 100 pages with fresh statistics. */
export const tableOf = (given: Partial<TableSnapshot> = {}): TableSnapshot => ({
  schema: "public",
  name: "orders",
  kind: "table",
  owned: true,
  estimatedRows: 10_000,
  liveRows: 10_000,
  modifiedRows: 0,
  analyzedAtMs: 1_000,
  deletedRows: 0,
  bytes: 100 * 8_192,
  analyzeThreshold: 50,
  analyzeScaleFactor: 0.1,
  ...given,
});

export const keyOf = (column: string): IndexKey => ({
  column,
  text: column,
  operatorClass: "pg_catalog.int4_ops",
  collation: "",
  descending: false,
  nullsFirst: false,
  servesEquality: true,
});

/** A plain b-tree that nothing else needs. */
export const indexOf = (
  name: string,
  columns: readonly string[],
  given: Partial<IndexSnapshot> = {},
): IndexSnapshot => ({
  schema: "public",
  table: "orders",
  name,
  owned: true,
  method: "btree",
  keys: columns.map(keyOf),
  included: [],
  predicate: null,
  unique: false,
  nullsNotDistinct: false,
  immediate: true,
  primary: false,
  constraint: null,
  referencedBy: 0,
  replicaIdentity: false,
  clustered: false,
  valid: true,
  beingBuilt: false,
  partitioned: false,
  extras: [],
  oid: 1,
  bytes: 8_192,
  scans: 0,
  definition: `CREATE INDEX ${name} ON public.orders USING btree (${columns.join(", ")})`,
  ...given,
});

export const foreignKeyOf = (name: string, columns: readonly string[]): ForeignKeySnapshot => ({
  schema: "public",
  table: "orders",
  name,
  columns,
  referencedTable: "customers",
  onDelete: "cascade",
  referencedDeletes: 0,
});

/** The planner's settings as Postgres comes with them. */
export const snapshotOf = (given: Partial<DatabaseSnapshot> = {}): DatabaseSnapshot => ({
  takenAtMs: Date.UTC(2026, 0, 1),
  countingSinceMs: null,
  login: "owner",
  tables: [tableOf()],
  indexes: [],
  foreignKeys: [],
  blockBytes: 8_192,
  seqPageCost: 1,
  cpuTupleCost: 0.01,
  cpuOperatorCost: 0.0025,
  truncated: false,
  ...given,
});
