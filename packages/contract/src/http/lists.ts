import { z } from "zod";

/** Query text is text: a number comes as its digits. */
export const limit = z
  .string()
  .regex(/^\d{1,6}$/, "expected a whole number")
  .transform(Number)
  .pipe(z.int().min(1, "must be 1 to 200").max(200, "must be 1 to 200"))
  .default(50);

export const instant = z.iso.datetime({ offset: true, error: "expected an ISO 8601 time with zone" });
