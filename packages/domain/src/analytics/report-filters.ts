import { z } from "zod";
import { priorities } from "../ingest/event.ts";
import { contentText } from "../ingest/text.ts";

export const filterValuesMax = 50;

const many = <Item extends z.ZodType>(item: Item) => z.array(item).max(filterValuesMax);
const name = contentText.min(1).max(500);

/**
 * What a report is narrowed to: any of the values of one filter, all of the filters. An empty list narrows nothing.
 * `agentId` is whom a measurement is credited to, the assignee of a conversation, the sender of a message that went
 * out and the assignee for one that came in; `label` is among the conversation's present labels.
 */
export const reportFilters = z.strictObject({
  agentId: many(z.uuid().toLowerCase()),
  inboxId: many(z.int().positive()),
  teamId: many(z.int().positive()),
  channel: many(name),
  label: many(name),
  priority: many(z.enum(priorities)),
});
export type ReportFilters = z.output<typeof reportFilters>;

const ordered = <T extends string | number>(values: readonly T[] | undefined): T[] =>
  [...new Set(values)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

/** Each value once and in order, so that equal filters are equal; absent ones become empty lists. */
export function normaliseFilters(
  filters: { [Key in keyof ReportFilters]?: ReportFilters[Key] | undefined },
): ReportFilters {
  return {
    agentId: ordered(filters.agentId),
    inboxId: ordered(filters.inboxId),
    teamId: ordered(filters.teamId),
    channel: ordered(filters.channel),
    label: ordered(filters.label),
    priority: ordered(filters.priority),
  };
}
