import { z } from "zod";
import { workingHours } from "../tenants/working-hours.ts";
import { findZone } from "../time/zone.ts";
import { contentText, instantText, sourceKey } from "./text.ts";

export const conversationStatuses = ["open", "pending", "snoozed", "resolved"] as const;
export type ConversationStatus = (typeof conversationStatuses)[number];

export const priorities = ["low", "medium", "high", "urgent"] as const;
export type Priority = (typeof priorities)[number];

/** `sequence` orders events of one instant, where the source knows their order; without it, 0. */
const fact = { id: sourceKey, at: instantText, sequence: z.int().nonnegative().optional() };
const conversationFact = { ...fact, conversation: sourceKey };
/** Absent: says nothing about it. Null: nobody, none. */
const mention = sourceKey.nullable().optional();

const conversationCreated = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.created"),
  inbox: sourceKey,
  customer: mention,
  team: mention,
  agent: mention,
  priority: z.enum(priorities).nullable().optional(),
});

const messageCreated = z.strictObject({
  ...conversationFact,
  type: z.literal("message.created"),
  direction: z.enum(["in", "out"]),
  sender: z.enum(["customer", "agent", "bot", "system"]),
  /** The agent who wrote it, when the sender is an agent and known. */
  agent: mention,
  private: z.boolean(),
  content: contentText,
  /** In its source's words, such as text or image. */
  contentType: sourceKey.optional(),
  /** Agents whom it mentions. */
  mentions: z.array(sourceKey).max(100).optional(),
  /** The rule that wrote it. */
  automationRule: sourceKey.optional(),
});

/** By then an agent had answered, without a text that the source shows. Said again, it adds nothing. */
const conversationResponded = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.responded"),
  agent: mention,
});

const conversationStatus = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.status"),
  status: z.enum(conversationStatuses),
  /**
   * For a source that writes the final resolution's time on every row: believed for the last stretch of resolved
   * events only, and kept between the reopenings around it.
   */
  resolvedAt: instantText.optional(),
});

const conversationAssigned = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.assigned"),
  agent: mention,
  team: mention,
});

/** The whole set of labels from then on. */
const conversationLabelled = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.labelled"),
  labels: z.array(sourceKey).max(100),
});

const conversationPriority = z.strictObject({
  ...conversationFact,
  type: z.literal("conversation.priority"),
  priority: z.enum(priorities).nullable(),
});

/** A bot gave the conversation to people. */
const conversationHandoff = z.strictObject({ ...conversationFact, type: z.literal("conversation.handoff") });

/** The customer was asked for a rating. */
const csatSent = z.strictObject({ ...conversationFact, type: z.literal("csat.sent") });

/** The customer's rating, 1 (worst) to 5 (best); a later answer replaces the earlier one. */
const csatAnswered = z.strictObject({
  ...conversationFact,
  type: z.literal("csat.answered"),
  rating: z.int().min(1).max(5),
  comment: contentText.nullable().optional(),
});

const promisedSeconds = z.int().positive().nullable().optional();

/** From then on these times are promised; absent or null promises nothing. */
const slaApplied = z.strictObject({
  ...conversationFact,
  type: z.literal("sla.applied"),
  policy: sourceKey,
  firstResponseSeconds: promisedSeconds,
  replySeconds: promisedSeconds,
  resolutionSeconds: promisedSeconds,
  /** Counted within working hours. */
  businessHours: z.boolean(),
});

export const automationOutcomes = ["succeeded", "failed"] as const;

/** An automation rule ran on the conversation. What it changed comes as events of its own. */
const automationRan = z.strictObject({
  ...conversationFact,
  type: z.literal("automation.ran"),
  rule: sourceKey,
  /** What set it off, in its source's words. */
  trigger: sourceKey,
  outcome: z.enum(automationOutcomes),
  actions: z.array(sourceKey).max(100),
  durationMs: z.int().nonnegative(),
  /** Why it failed. */
  error: contentText.nullable().optional(),
});

/** A fact about one conversation: kept for ever and folded into its state and measurements. */
export const ConversationEvent = z.discriminatedUnion("type", [
  conversationCreated,
  messageCreated,
  conversationResponded,
  conversationStatus,
  conversationAssigned,
  conversationLabelled,
  conversationPriority,
  conversationHandoff,
  csatSent,
  csatAnswered,
  slaApplied,
  automationRan,
]);
export type ConversationEvent = z.infer<typeof ConversationEvent>;

/** An IANA zone. */
export const timezoneName = z
  .string()
  .max(100)
  .refine((text) => findZone(text) !== null, "is no IANA zone that is known here");
const named = { ...fact, key: sourceKey, name: contentText.min(1).max(500) };

/** The present name, or hours, of something that conversations refer to; what happened last stands. */
export const ReferenceEvent = z.discriminatedUnion("type", [
  z.strictObject({ ...named, type: z.literal("agent.upserted") }),
  z.strictObject({ ...named, type: z.literal("inbox.upserted"), channel: sourceKey }),
  z.strictObject({ ...named, type: z.literal("team.upserted") }),
  z.strictObject({ ...named, type: z.literal("label.upserted") }),
  z.strictObject({ ...named, type: z.literal("customer.upserted") }),
  z.strictObject({
    ...fact,
    type: z.literal("working-hours.upserted"),
    /** The inbox's; null hours or zone are the tenant's. */
    key: sourceKey,
    timezone: timezoneName.nullable(),
    hours: workingHours.nullable(),
  }),
]);
export type ReferenceEvent = z.infer<typeof ReferenceEvent>;

/** Everything that a source can tell. `id` is the source's idempotency id: the same id is the same fact. */
export const IngestEvent = z.discriminatedUnion("type", [ConversationEvent, ReferenceEvent]);
export type IngestEvent = ConversationEvent | ReferenceEvent;

export function isReference(event: IngestEvent): event is ReferenceEvent {
  return "key" in event;
}
