import type { DatabaseSnapshot, IndexKey, IndexSnapshot } from "./database-snapshot.ts";
import type { Advice } from "./finding.ts";
import { concurrently, dropConcurrently } from "./sql-name.ts";

/**
 * Indexes that another one replaces in every respect: same table, method, keys with operator class, collation and
 * order, INCLUDE columns, predicate and uniqueness. Of several, one stays: the one that a constraint, a foreign key, a
 * replica identity or a CLUSTER needs, else the one read most, else the oldest. No size floor: each costs every write.
 */
export function adviseDuplicateIndexes(snapshot: DatabaseSnapshot): Advice[] {
  const groups = new Map<string, IndexSnapshot[]>();
  for (const index of snapshot.indexes) {
    if (!index.valid) continue;
    const key = JSON.stringify([
      placeOf(index),
      index.keys.map(keyText),
      [...index.included].sort(),
      uniqueness(index),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  return [...groups.values()].flatMap((group) => {
    const [kept, ...others] = group.sort(mostNeededFirst);
    return kept === undefined ? [] : others.map((index) => duplicateOf(index, kept, snapshot));
  });
}

/**
 * Indexes whose keys are the first of another's (or the same, when that one is unique): most likely spare, but smaller
 * than what would replace them, so the decision is for people. B-trees only: other methods have no order of columns.
 */
export function adviseRedundantIndexes(snapshot: DatabaseSnapshot): Advice[] {
  const candidates = snapshot.indexes.filter(({ valid, method }) => valid && method === "btree");
  return candidates.flatMap((narrow) => {
    if (neededFor(narrow).length > 0 || narrow.unique || narrow.included.length > 0) return [];
    const wide = candidates.find((index) => index !== narrow && isPrefix(narrow, index));
    return wide === undefined ? [] : [redundantTo(narrow, wide, snapshot)];
  });
}

const keyText = (key: IndexKey): string =>
  JSON.stringify([key.text, key.operatorClass, key.collation, key.descending, key.nullsFirst]);
const placeOf = ({ schema, table, method, predicate }: IndexSnapshot) => [schema, table, method, predicate];
const uniqueness = ({ unique, nullsNotDistinct, immediate }: IndexSnapshot) =>
  unique ? [nullsNotDistinct, immediate] : null;

/** What would miss the index itself, not only its order of rows. */
function neededFor(index: IndexSnapshot): string[] {
  return [
    ...(index.constraint === null ? [] : [`the constraint ${index.constraint}`]),
    ...(index.referencedBy === 0 ? [] : ["foreign keys that refer to it"]),
    ...(index.replicaIdentity ? ["the table's replica identity"] : []),
    ...(index.clustered ? ["CLUSTER"] : []),
  ];
}

function mostNeededFirst(a: IndexSnapshot, b: IndexSnapshot): number {
  const rank = (index: IndexSnapshot): number => (index.primary ? 100 : 0) + neededFor(index).length;
  return rank(b) - rank(a) || b.extras.length - a.extras.length || b.scans - a.scans || a.oid - b.oid;
}

function isPrefix(narrow: IndexSnapshot, wide: IndexSnapshot): boolean {
  if (JSON.stringify(placeOf(narrow)) !== JSON.stringify(placeOf(wide))) return false;
  if (narrow.keys.some((key, at) => wide.keys[at] === undefined || keyText(key) !== keyText(wide.keys[at])))
    return false;
  // with equal keys only a unique index says more; INCLUDE columns make a deliberate pair
  return narrow.keys.length < wide.keys.length || (wide.unique && wide.included.length === 0);
}

function whyNotDropped(index: IndexSnapshot, snapshot: DatabaseSnapshot): string | null {
  const needs = neededFor(index);
  if (needs.length > 0) return `it is needed for ${needs.join(" and ")}`;
  if (index.partitioned) return "a part of a partitioned index cannot be dropped alone";
  if (!index.owned) return `only its owner may drop it, and ${snapshot.login} does not own the table`;
  if (index.extras.length > 0) return `undoing could not bring back ${index.extras.join(" and ")}`;
  return null;
}

function duplicateOf(index: IndexSnapshot, kept: IndexSnapshot, snapshot: DatabaseSnapshot): Advice {
  const reason = whyNotDropped(index, snapshot);
  return {
    kind: "duplicate-index",
    subject: `index ${index.schema}.${index.name}`,
    table: `${index.schema}.${index.table}`,
    severity: "warning",
    confidence: "high",
    evidence: { ...evidenceOf(index, kept, snapshot), keptDefinition: kept.definition },
    benefit: `Frees ${index.bytes} bytes, and writes keep one index less up to date.`,
    risk: `None for plans: ${kept.name} answers the same. A statement that names the index would fail.`,
    action:
      reason === null
        ? {
            command: "drop-index",
            schema: index.schema,
            table: index.table,
            index: index.name,
            lookupColumns: [],
            sql: dropConcurrently(index.schema, index.name),
            undoSql: concurrently(index.definition),
          }
        : null,
    reason,
  };
}

function redundantTo(narrow: IndexSnapshot, wide: IndexSnapshot, snapshot: DatabaseSnapshot): Advice {
  return {
    kind: "redundant-index",
    subject: `index ${narrow.schema}.${narrow.name}`,
    table: `${narrow.schema}.${narrow.table}`,
    severity: "info",
    confidence: "low",
    evidence: evidenceOf(narrow, wide, snapshot),
    benefit: `Dropping it would free ${narrow.bytes} bytes, and writes would keep one index less up to date.`,
    risk: `${wide.name} is ${wide.bytes} bytes: scans that only need the first columns read more.`,
    action: null,
    reason: `${wide.name} starts with the same columns but is another index: whether it is as good is for people to say`,
  };
}

const evidenceOf = (index: IndexSnapshot, kept: IndexSnapshot, snapshot: DatabaseSnapshot) => ({
  definition: index.definition,
  bytes: index.bytes,
  scans: index.scans,
  kept: kept.name,
  keptBytes: kept.bytes,
  keptScans: kept.scans,
  countingSince: snapshot.countingSinceMs === null ? null : new Date(snapshot.countingSinceMs).toISOString(),
  sampledAt: new Date(snapshot.takenAtMs).toISOString(),
});
