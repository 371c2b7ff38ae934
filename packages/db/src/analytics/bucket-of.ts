import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { PendingQuery, Row, TransactionSql } from "postgres";

/** A piece of SQL; values in it travel as parameters. */
export type Fragment = PendingQuery<Row[]>;

/** The index from 0 of the bucket in which `at` lies, as SQL. Defined for times within the range only. */
export function bucketOf(sql: TransactionSql, at: Fragment, range: BucketedRange): Fragment {
  // an array's text needs no array types from the catalog, and ISO times need no quoting in it
  const starts = `{${range.startsMs.map((startMs) => new Date(startMs).toISOString()).join(",")}}`;
  return sql`width_bucket(${at}, ${starts}::timestamptz[]) - 1`;
}

/** Is `at` within the half-open range? As SQL that an index on `at` serves. */
export function within(sql: TransactionSql, at: Fragment, range: InstantRange): Fragment {
  return sql`${at} >= ${new Date(range.fromMs)} and ${at} < ${new Date(range.toMs)}`;
}
