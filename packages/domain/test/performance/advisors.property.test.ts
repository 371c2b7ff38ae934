import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { adviseDuplicateIndexes } from "../../src/performance/duplicate-indexes.ts";
import { covers } from "../../src/performance/foreign-keys-without-index.ts";
import { whyNoGain } from "../../src/performance/lookup-gain.ts";
import { restDays, withoutUndone } from "../../src/performance/past-action.ts";
import { concurrently, newIndexName, quoteName } from "../../src/performance/sql-name.ts";
import { indexOf, snapshotOf } from "./snapshots.ts";

const columns = fc.uniqueArray(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 });
const indexes = fc
  .array(
    fc.record({
      columns,
      predicate: fc.constantFrom(null, "(a > 1)"),
      unique: fc.boolean(),
      constraint: fc.constantFrom(null, null, "key"),
      scans: fc.nat(3),
      valid: fc.boolean(),
    }),
    { maxLength: 12 },
  )
  .map((given) => given.map(({ columns: of, ...rest }, at) => indexOf(`i${at}`, of, { ...rest, oid: at })));

test("whatever is dropped as a duplicate, one equal and valid index stays, and no constraint loses its own", () => {
  fc.assert(
    fc.property(indexes, (all) => {
      const dropped = adviseDuplicateIndexes(snapshotOf({ indexes: all })).flatMap(({ action }) => action?.index ?? []);
      const left = all.filter(({ name }) => !dropped.includes(name));
      const shape = (index: (typeof all)[number]) =>
        JSON.stringify([index.keys.map(({ column }) => column), index.predicate, index.unique]);
      for (const index of all.filter(({ name }) => dropped.includes(name))) {
        expect(index.constraint).toBeNull();
        expect(left.some((other) => other.valid && shape(other) === shape(index))).toBe(true);
      }
      // nothing more to drop afterwards
      const again = adviseDuplicateIndexes(snapshotOf({ indexes: left }));
      expect(again.every(({ action }) => action === null)).toBe(true);
    }),
  );
});

test("an index covers a key exactly when its first columns are the key's, in any order", () => {
  fc.assert(
    fc.property(columns, columns, (ofIndex, ofKey) => {
      const first = ofIndex.slice(0, ofKey.length).sort().join();
      expect(covers(indexOf("i", ofIndex), ofKey)).toBe(first === [...ofKey].sort().join());
    }),
  );
});

const anyName = fc.string({ unit: "binary", minLength: 1, maxLength: 80 }).filter((name) => !name.includes("\0"));

test("names for new indexes are new, fit, and are the same for the same table", () => {
  fc.assert(
    fc.property(anyName, fc.array(anyName, { minLength: 1, maxLength: 3 }), fc.nat(12), (table, of, twins) => {
      const taken = new Set<string>();
      for (let at = 0; at <= twins; at++) {
        const name = newIndexName(table, of, taken);
        expect(taken.has(name)).toBe(false);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
        expect(newIndexName(table, of, taken)).toBe(name);
        taken.add(name);
      }
    }),
  );
});

test("a quoted name is one identifier, and reads back as it was", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const quoted = quoteName(name);
      expect(quoted).toMatch(/^"(?:[^"]|"")*"$/);
      expect(quoted.slice(1, -1).replaceAll('""', '"')).toBe(name);
    }),
  );
});

test("only what Postgres prints for an index is made concurrent, once", () => {
  expect(concurrently("CREATE UNIQUE INDEX i ON t (a)")).toBe("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)");
  for (const text of ["CREATE INDEX CONCURRENTLY i ON t (a)", "DROP TABLE t", "select 1; CREATE INDEX i ON t (a)"])
    expect(() => concurrently(text)).toThrow(RangeError);
});

const figures = fc.record({ cost: fc.nat(1_000), timeMs: fc.nat(1_000), valuesByIndex: fc.nat(3) });

test("a gain needs the index to be used, half the cost and four fifths of the time, all three", () => {
  fc.assert(
    fc.property(figures, figures, (before, after) => {
      const kept = whyNoGain({ ...before, values: 3 }, { ...after, values: 3 }) === null;
      const expected = after.valuesByIndex >= 2 && 2 * after.cost <= before.cost && after.timeMs <= 0.8 * before.timeMs;
      expect(kept).toBe(expected);
    }),
  );
});

test("what was undone is not proposed again for thirty days, and then is", () => {
  const twins = [indexOf("one", ["a"]), indexOf("two", ["a"], { oid: 2 })];
  const advice = adviseDuplicateIndexes(snapshotOf({ indexes: twins }));
  const nowMs = Date.UTC(2026, 5, 1);
  const restMs = restDays * 86_400_000;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 * restMs }), (agoMs) => {
      const undone = [{ kind: "duplicate-index", subject: "index public.two", undoneAtMs: nowMs - agoMs }];
      const [told] = withoutUndone(advice, undone, nowMs);
      expect(told?.action === null).toBe(agoMs < restMs);
      expect(told?.reason === null).toBe(agoMs >= restMs);
    }),
  );
  expect(
    withoutUndone(advice, [{ kind: "invalid-index", subject: "index public.two", undoneAtMs: nowMs }], nowMs),
  ).toEqual(advice);
});
