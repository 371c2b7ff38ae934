import { z } from "zod";
import { instant } from "../http/lists.ts";

/** BullMQ's number: 0, the default, goes before all others; of 1 to 1,000 the lower goes first. */
export const priority = z.int().min(0, "must be 0 to 1000").max(1_000, "must be 0 to 1000");

const yearMs = 366 * 86_400_000;

/** Not before; at most a year ahead. The past means now. */
export const runAt = instant.refine((at) => !(Date.parse(at) > Date.now() + yearMs), {
  error: "must be at most a year ahead",
});
