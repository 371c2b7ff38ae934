import { z } from "zod";

/** Monday first, as ISO 8601 counts them. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const start = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "expected HH:MM");
const end = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "expected HH:MM or 24:00");

const day = z
  .array(z.strictObject({ from: start, to: end }))
  .max(24)
  .default([])
  .superRefine((intervals, context) => {
    const minutes = intervals.map(({ from, to }, index) => ({ index, from: minuteOf(from), to: minuteOf(to) }));
    minutes.sort((a, b) => a.from - b.from || a.to - b.to);
    minutes.forEach(({ index, from, to }, place) => {
      const before = minutes[place - 1];
      if (from >= to) context.addIssue({ code: "custom", path: [index, "from"], message: "must lie before to" });
      else if (before !== undefined && from < before.to) {
        context.addIssue({ code: "custom", path: [index], message: "overlaps another interval of the day" });
      }
    });
  });

/** When people work: local times of each weekday, and local dates on which nobody does. A weekday left out is free. */
export const workingHours = z.strictObject({
  week: z.strictObject({
    monday: day,
    tuesday: day,
    wednesday: day,
    thursday: day,
    friday: day,
    saturday: day,
    sunday: day,
  }),
  holidays: z.array(z.iso.date()).max(1_000).default([]),
});
export type WorkingHours = z.output<typeof workingHours>;

/** Minutes since local midnight of "HH:MM"; "24:00" is 1440. */
export function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
