import type { InstantRange } from "@deskpulse/domain/time/buckets";
import type { TransactionSql } from "postgres";
import type { Fragment } from "../analytics/bucket-of.ts";

const isoTimes = (times: readonly number[]): string => `{${times.map((ms) => new Date(ms).toISOString()).join(",")}}`;

/** Stretches of time as a table `span (starts_at, ends_at)`, half-open. */
export const spanRows = (sql: TransactionSql, spans: readonly InstantRange[]): Fragment =>
  sql`unnest(${isoTimes(spans.map(({ fromMs }) => fromMs))}::timestamptz[],
    ${isoTimes(spans.map(({ toMs }) => toMs))}::timestamptz[]) as span (starts_at, ends_at)`;
