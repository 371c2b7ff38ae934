import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { offsetSpans } from "@deskpulse/domain/time/hours-of-week";
import type { TransactionSql } from "postgres";
import type { Fragment } from "./bucket-of.ts";

/**
 * Which hour of the local week, 0 (Monday 00:00) to 167, `at` lies in, as SQL; defined for times within the range. The
 * zone's rules are those of the process, as for buckets, so the heatmap and the series cannot disagree about a clock.
 */
export function hourOfWeekOf(sql: TransactionSql, at: Fragment, range: InstantRange, zone: string): Fragment {
  const spans = offsetSpans(range, zone);
  const starts = `{${spans.map(({ fromMs }) => new Date(fromMs).toISOString()).join(",")}}`;
  // 1970-01-01 was a Thursday, three days after a Monday
  const shifts = `{${spans.map(({ offsetMs }) => offsetMs / 1000 + 259_200).join(",")}}`;
  const local = sql`extract(epoch from ${at}) + (${shifts}::int[])[width_bucket(${at}, ${starts}::timestamptz[])]`;
  return sql`mod(mod(floor((${local}) / 3600), 168) + 168, 168)::int`;
}
