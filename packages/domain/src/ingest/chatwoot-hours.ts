import { z } from "zod";
import { type WorkingHours, weekdays } from "../tenants/working-hours.ts";

/** A row of Chatwoot's working_hours: one interval a weekday, Sunday is 0. */
export const ChatwootHours = z.looseObject({
  day_of_week: z.int().min(0).max(6),
  closed_all_day: z.boolean().nullish(),
  open_all_day: z.boolean().nullish(),
  open_hour: z.int().min(0).max(23).nullish(),
  open_minutes: z.int().min(0).max(59).nullish(),
  close_hour: z.int().min(0).max(24).nullish(),
  close_minutes: z.int().min(0).max(59).nullish(),
});
type ChatwootHours = z.output<typeof ChatwootHours>;

/** A week of Chatwoot's hours as ours; open all day is to midnight, not to 23:59. A weekday without a row is free. */
export function chatwootWeek(rows: readonly ChatwootHours[]): WorkingHours {
  const week = Object.fromEntries(
    weekdays.map((name, index) => {
      const row = rows.find(({ day_of_week }) => day_of_week === (index + 1) % 7);
      return [name, row === undefined ? [] : intervalsOf(row)];
    }),
  );
  return { week: week as WorkingHours["week"], holidays: [] };
}

function intervalsOf(row: ChatwootHours): { from: string; to: string }[] {
  if (row.closed_all_day === true) return [];
  if (row.open_all_day === true) return [{ from: "00:00", to: "24:00" }];
  const from = clock(row.open_hour, row.open_minutes);
  const to = clock(row.close_hour, row.close_minutes);
  return from === null || to === null || from >= to ? [] : [{ from, to: to > "24:00" ? "24:00" : to }];
}

function clock(hour: number | null | undefined, minutes: number | null | undefined): string | null {
  if (hour === null || hour === undefined) return null;
  return `${String(hour).padStart(2, "0")}:${String(minutes ?? 0).padStart(2, "0")}`;
}
