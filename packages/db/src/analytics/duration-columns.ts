import type { DurationClock } from "@deskpulse/domain/analytics/duration-figures";
import type { TransactionSql } from "postgres";
import type { Fragment } from "./bucket-of.ts";

/** How long measurements `m` took (milliseconds) by this clock; null where it has no time for them. */
export const durationColumn = (sql: TransactionSql, clock: DurationClock): Fragment =>
  clock === "wall" ? sql`m.duration_ms` : sql`m.business_ms`;
