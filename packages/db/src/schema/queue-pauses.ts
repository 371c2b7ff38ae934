import { pgTable, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** Queues that an operator paused: the row survives a Redis that comes back empty. */
export const queuePauses = pgTable("queue_pauses", {
  queue: text("queue").primaryKey(),
  pausedBy: text("paused_by").notNull(),
  pausedAt: instant("paused_at").notNull().defaultNow(),
});
