import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, type Fragment } from "./bucket-of.ts";
import { dimensionKey } from "./dimension-keys.ts";
import type { FilteredColumns } from "./filter-conditions.ts";

/** Which cell of a report a row belongs to, by its index from 0, and what its table has to be joined with for that. */
export interface Cells {
  readonly cell: Fragment;
  readonly join: Fragment;
}

/** Null is a key too, and equality (which hashes, unlike "is not distinct from") must see it. */
const codeOf = (key: string | null): string => (key === null ? "" : `=${key}`);

/** The buckets of a range, or the entries of a breakdown of it: then rows of no entry, or of several, drop out or repeat. */
export function cellsOf(
  tx: TenantTx,
  at: Fragment,
  range: BucketedRange,
  columns: FilteredColumns,
  breakdown: BreakdownPlan | null,
): Cells {
  if (breakdown === null) return { cell: bucketOf(tx.sql, at, range), join: tx.sql`` };
  return entriesOf(tx, columns, breakdown);
}

/** The entries of a breakdown. */
export function entriesOf(tx: TenantTx, columns: FilteredColumns, breakdown: BreakdownPlan): Cells {
  const { sql } = tx;
  const codes = JSON.stringify(breakdown.keys.map((keys) => keys.map(codeOf)));
  const parts = breakdown.dimensions.map((dimension) => dimensionKey(tx, columns, dimension));
  const joins = parts.reduce((joined, { join }) => sql`${joined} ${join}`, sql``);
  const matches = parts.reduce(
    (matched, { key }, place) => sql`${matched} and entry.codes->>${place}::int = coalesce('=' || ${key}, '')`,
    sql`true`,
  );
  return {
    cell: sql`entry.place::int - 1`,
    join: sql`${joins}
      join jsonb_array_elements(${codes}::text::jsonb) with ordinality as entry (codes, place) on ${matches}`,
  };
}
