import { z } from "zod";
import { workingHours } from "../tenants/working-hours.ts";
import { automationOutcomes, conversationStatuses, type IngestEvent, priorities, timezoneName } from "./event.ts";
import { contentText, instantText, sourceKey } from "./text.ts";

/** `id` is the source's idempotency id. `sequence` orders events of one instant, where the source knows their order. */
const fact = {
  id: sourceKey,
  at: instantText,
  sequence: z
    .int()
    .nonnegative()
    .max(2 ** 31)
    .optional(),
};
const said = { ...fact, conversation: sourceKey };
/** Absent: says nothing about it. Null: nobody, none. */
const mention = sourceKey.nullable().optional();
const seconds = z
  .int()
  .positive()
  .max(10 ** 9)
  .nullable()
  .optional();
const named = { ...fact, key: sourceKey, name: contentText.min(1).max(500) };

/** An event as callers send it. Its form is a promise to them, so it stands apart from what is kept inside. */
export const PublicEvent = z.discriminatedUnion("type", [
  z.strictObject({
    ...said,
    type: z.literal("conversation.created"),
    inbox: sourceKey,
    customer: mention,
    team: mention,
    agent: mention,
    priority: z.enum(priorities).nullable().optional(),
  }),
  z.strictObject({
    ...said,
    type: z.literal("message.created"),
    direction: z.enum(["in", "out"]),
    sender: z.enum(["customer", "agent", "bot", "system"]),
    agent: mention,
    private: z.boolean().default(false),
    content: contentText.default(""),
    contentType: sourceKey.optional(),
    mentions: z.array(sourceKey).max(100).optional(),
    automationRuleId: sourceKey.nullable().optional(),
  }),
  z.strictObject({ ...said, type: z.literal("conversation.status"), status: z.enum(conversationStatuses) }),
  z.strictObject({ ...said, type: z.literal("conversation.assigned"), agent: mention, team: mention }),
  z.strictObject({ ...said, type: z.literal("conversation.labelled"), labels: z.array(sourceKey).max(100) }),
  z.strictObject({ ...said, type: z.literal("conversation.priority"), priority: z.enum(priorities).nullable() }),
  z.strictObject({ ...said, type: z.literal("conversation.handoff") }),
  z.strictObject({ ...said, type: z.literal("csat.sent") }),
  z.strictObject({
    ...said,
    type: z.literal("csat.answered"),
    rating: z.int().min(1).max(5),
    comment: contentText.nullable().optional(),
  }),
  z.strictObject({
    ...said,
    type: z.literal("sla.applied"),
    policy: sourceKey,
    firstResponseSeconds: seconds,
    replySeconds: seconds,
    resolutionSeconds: seconds,
    businessHours: z.boolean().default(false),
  }),
  z.strictObject({
    ...said,
    type: z.literal("automation.ran"),
    rule: sourceKey,
    trigger: sourceKey,
    outcome: z.enum(automationOutcomes),
    actions: z.array(sourceKey).max(100).default([]),
    durationMs: z.int().nonnegative(),
    error: contentText.nullable().optional(),
  }),
  z.strictObject({ ...named, type: z.literal("agent.upserted") }),
  z.strictObject({ ...named, type: z.literal("inbox.upserted"), channel: sourceKey }),
  z.strictObject({ ...named, type: z.literal("team.upserted") }),
  z.strictObject({ ...named, type: z.literal("label.upserted") }),
  z.strictObject({ ...named, type: z.literal("customer.upserted") }),
  z.strictObject({
    ...fact,
    type: z.literal("working-hours.upserted"),
    inbox: sourceKey,
    timezone: timezoneName.nullable().optional(),
    hours: workingHours.nullable(),
  }),
]);
export type PublicEvent = z.output<typeof PublicEvent>;

/** Why an event was not taken in: a JSON pointer into it ("" is all of it) and the reason. */
export interface EventDefect {
  readonly pointer: string;
  readonly reason: string;
}

const earliest = Date.UTC(1990, 0, 1);
const aheadMsMax = 600_000;

/**
 * One event of a caller as the event that is kept, or what is wrong with it first. Times before 1990 or more than ten
 * minutes after `receivedAtMs` are defects. Never throws.
 */
export function readPublicEvent(
  value: unknown,
  receivedAtMs: number,
): { readonly event: IngestEvent } | { readonly defect: EventDefect } {
  const parsed = PublicEvent.safeParse(value);
  if (!parsed.success) return { defect: firstDefect(parsed.error) };
  const atMs = Date.parse(parsed.data.at);
  if (atMs < earliest) return { defect: { pointer: "/at", reason: "lies before 1990" } };
  if (atMs > receivedAtMs + aheadMsMax) {
    return { defect: { pointer: "/at", reason: "lies more than ten minutes in the future" } };
  }
  return { event: kept({ ...parsed.data, at: new Date(atMs).toISOString() }) };
}

function kept(event: PublicEvent): IngestEvent {
  switch (event.type) {
    case "message.created": {
      const { automationRuleId, ...rest } = event;
      return { ...rest, ...(automationRuleId ? { automationRule: automationRuleId } : {}) };
    }
    case "working-hours.upserted": {
      const { inbox, timezone = null, ...rest } = event;
      return { ...rest, key: inbox, timezone };
    }
    default:
      return event;
  }
}

function firstDefect({ issues }: z.ZodError): EventDefect {
  const issue = issues[0];
  if (issue === undefined) return { pointer: "", reason: "cannot be read" };
  const names = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const pointer = [...issue.path.map(String), ...names].map((step) => `/${escaped(step)}`).join("");
  if (names.length > 0) return { pointer: pointer.slice(0, 500), reason: "is not known here" };
  return {
    pointer: pointer.slice(0, 500),
    reason: issue.code === "invalid_union" ? "is no known type" : issue.message,
  };
}

// names are the caller's: half a surrogate pair cannot be stored, so it is shown as U+FFFD
const escaped = (step: string): string =>
  step
    .replace(/\p{Surrogate}|\0/gu, "\uFFFD")
    .replaceAll("~", "~0")
    .replaceAll("/", "~1");
