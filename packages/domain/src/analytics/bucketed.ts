/** What a query found for one bucket (its index), or for the whole range (null). */
export type Bucketed<Row> = Row & { readonly bucket: number | null };

/** Rows by their bucket. Buckets in which nothing was found are missing. */
export function byBucket<Row>(rows: readonly Bucketed<Row>[]): ReadonlyMap<number | null, Bucketed<Row>> {
  return new Map(rows.map((row) => [row.bucket, row]));
}
