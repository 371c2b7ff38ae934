import { integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant, tenantId } from "./columns.ts";

const count = (name: string) => integer(name).notNull();

/** Counts of one local day of the tenant's zone. A day without a row has nothing of anything. */
export const rollupDayCounts = pgTable(
  "rollup_day_counts",
  {
    tenantId: tenantId(),
    zone: text("zone").notNull(),
    startsAt: instant("starts_at").notNull(),
    created: count("created"),
    messagesIn: count("messages_in"),
    messagesOut: count("messages_out"),
    messagesPrivate: count("messages_private"),
    resolved: count("resolved"),
    reopened: count("reopened"),
    /** Conversations that came to stand so, less those that ceased to. */
    openNet: count("open_net"),
    unattendedNet: count("unattended_net"),
    unassignedNet: count("unassigned_net"),
    botResolved: count("bot_resolved"),
    handoffs: count("handoffs"),
    /** Resolved after one answer. */
    oneTouch: count("one_touch"),
    surveysSent: count("surveys_sent"),
    /** Of those sent on this day. */
    surveysAnswered: count("surveys_answered"),
    /** By the day of the answer. */
    rating1: count("rating_1"),
    rating2: count("rating_2"),
    rating3: count("rating_3"),
    rating4: count("rating_4"),
    rating5: count("rating_5"),
    /** First responses by class of waiting time, from the fastest. */
    firstResponse1: count("first_response_1"),
    firstResponse2: count("first_response_2"),
    firstResponse3: count("first_response_3"),
    firstResponse4: count("first_response_4"),
    firstResponse5: count("first_response_5"),
    firstResponse6: count("first_response_6"),
    firstResponse7: count("first_response_7"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.zone, table.startsAt] })],
);
