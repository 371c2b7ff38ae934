import { type CronExpression, CronExpressionParser } from "cron-parser";

const daysInMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A cron expression of five fields, or six with seconds first. Restricted days of month and of week mean either, as
 * cron has it. Null when it cannot be read, or never comes (30 February).
 */
export function readCron(cron: string): CronExpression | null {
  const fields = cron.trim().split(/\s+/);
  // H would be another time in each process
  if ((fields.length !== 5 && fields.length !== 6) || /(^|[^A-Za-z])H/i.test(cron)) return null;
  try {
    const expression = CronExpressionParser.parse(cron.trim(), { tz: "UTC", currentDate: new Date(0) });
    return comesAtAll(expression) ? expression : null;
  } catch {
    return null;
  }
}

/** Known without a search, which would look through years. */
function comesAtAll({ fields: { dayOfMonth, dayOfWeek, month } }: CronExpression): boolean {
  if (!dayOfWeek.isWildcard || dayOfMonth.hasLastChar) return true;
  const days = dayOfMonth.values.map(Number);
  return month.values.some((value) => days.some((day) => day <= (daysInMonth[Number(value) - 1] ?? 0)));
}

/** Is the hour free? Then slots follow elapsed time, also through the hour that a clock change repeats. */
export const isEveryHour = (expression: CronExpression): boolean => expression.fields.hour.isWildcard;
