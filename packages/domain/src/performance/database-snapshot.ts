/** One table of the platform's schema, with the counters of Postgres. */
export interface TableSnapshot {
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "partitioned";
  /** May the login that would act do what only the owner may? */
  readonly owned: boolean;
  /** The planner's row count (reltuples); null when the table was never analysed or vacuumed. */
  readonly estimatedRows: number | null;
  /** Rows by the counters (n_live_tup): they restart at zero after a crash. */
  readonly liveRows: number;
  /** Rows changed since the last ANALYZE (n_mod_since_analyze). */
  readonly modifiedRows: number;
  /** The last ANALYZE by hand or by autovacuum, epoch milliseconds; null when the counters know of none. */
  readonly analyzedAtMs: number | null;
  /** Rows deleted since the counters started. */
  readonly deletedRows: number;
  /** Size without indexes. */
  readonly bytes: number;
  /** autovacuum_analyze_threshold and _scale_factor as they hold for this table. */
  readonly analyzeThreshold: number;
  readonly analyzeScaleFactor: number;
}

/** One key column of an index. Texts are compared, never parsed. */
export interface IndexKey {
  /** Null for an expression. */
  readonly column: string | null;
  /** As Postgres prints it: a column name, or the expression. */
  readonly text: string;
  /** With its schema and its parameters. */
  readonly operatorClass: string;
  /** With its schema; empty for a type without collation. */
  readonly collation: string;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
  /** Serves the `=` of the column's type under the column's collation. */
  readonly servesEquality: boolean;
}

export interface IndexSnapshot {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  readonly owned: boolean;
  /** Access method: btree, hash, gin ... */
  readonly method: string;
  readonly keys: readonly IndexKey[];
  /** INCLUDE columns. */
  readonly included: readonly string[];
  /** Null for an index over all rows. */
  readonly predicate: string | null;
  readonly unique: boolean;
  readonly nullsNotDistinct: boolean;
  /** Checked at once, not at the end of the transaction. */
  readonly immediate: boolean;
  readonly primary: boolean;
  /** The constraint that it backs. */
  readonly constraint: string | null;
  /** Foreign keys that rely on its uniqueness. */
  readonly referencedBy: number;
  readonly replicaIdentity: boolean;
  readonly clustered: boolean;
  /** Built to the end and kept up to date (indisvalid, indisready and indislive). */
  readonly valid: boolean;
  /** Somebody holds the lock of an index build on its table, or shows as building it. */
  readonly beingBuilt: boolean;
  /** A partitioned index, or one partition's part of it: it cannot be dropped alone. */
  readonly partitioned: boolean;
  /** What its definition would not bring back: a comment, a tablespace, a statistics target, an extension. */
  readonly extras: readonly string[];
  /** The relation's own number, for the order of creation. */
  readonly oid: number;
  readonly bytes: number;
  /** Scans since the counters started. */
  readonly scans: number;
  /** CREATE INDEX as Postgres prints it. */
  readonly definition: string;
}

export interface ForeignKeySnapshot {
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** In the order of the constraint. */
  readonly columns: readonly string[];
  readonly referencedTable: string;
  readonly onDelete: "no action" | "restrict" | "cascade" | "set null" | "set default";
  /** Rows of the referenced table that were deleted since the counters started. */
  readonly referencedDeletes: number;
}

/** What the advisors look at: one moment of one schema. */
export interface DatabaseSnapshot {
  readonly takenAtMs: number;
  /** Since when the counters count; null when they were never reset. */
  readonly countingSinceMs: number | null;
  /** The login that would act. */
  readonly login: string;
  readonly tables: readonly TableSnapshot[];
  readonly indexes: readonly IndexSnapshot[];
  readonly foreignKeys: readonly ForeignKeySnapshot[];
  readonly blockBytes: number;
  /** Settings of the planner. */
  readonly seqPageCost: number;
  readonly cpuTupleCost: number;
  readonly cpuOperatorCost: number;
  /** The schema holds more than was read: what was not seen may still be there. */
  readonly truncated: boolean;
}
