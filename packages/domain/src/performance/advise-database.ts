import type { DatabaseSnapshot } from "./database-snapshot.ts";
import { adviseDuplicateIndexes, adviseRedundantIndexes } from "./duplicate-indexes.ts";
import { type Advice, type DatabaseFindingKind, databaseFindingKinds } from "./finding.ts";
import { adviseForeignKeysWithoutIndex } from "./foreign-keys-without-index.ts";
import { adviseInvalidIndexes } from "./invalid-indexes.ts";
import { adviseStaleStatistics } from "./stale-statistics.ts";

const advisors: Record<DatabaseFindingKind, (snapshot: DatabaseSnapshot) => Advice[]> = {
  "invalid-index": adviseInvalidIndexes,
  "duplicate-index": adviseDuplicateIndexes,
  "foreign-key-without-index": adviseForeignKeysWithoutIndex,
  "stale-statistics": adviseStaleStatistics,
  "redundant-index": adviseRedundantIndexes,
};

/**
 * Asks the advisors of these kinds. The order is the one in which actions are safe and useful: leftovers and duplicates
 * go before something is built, statistics come late so that they see the result. Empty when nothing is wrong.
 */
export const adviseDatabase = (snapshot: DatabaseSnapshot, kinds: readonly DatabaseFindingKind[]): Advice[] =>
  databaseFindingKinds.filter((kind) => kinds.includes(kind)).flatMap((kind) => advisors[kind](snapshot));

/** Is the advice about one of these tables, named with or without their schema? Undefined: about any. */
export function isAbout(advice: Advice, tables: readonly string[] | undefined): boolean {
  return tables === undefined || tables.some((name) => name === advice.table || advice.table.endsWith(`.${name}`));
}
