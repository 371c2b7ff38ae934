import { z } from "zod";
import { ChatwootHours, chatwootWeek } from "./chatwoot-hours.ts";
import { type ChatwootField, type ChatwootNamed, chatwootChannel, chatwootIds, chatwootKeys } from "./chatwoot-ids.ts";
import { chatwootMentions, chatwootName, chatwootText } from "./chatwoot-text.ts";
import { conversationStatuses, priorities } from "./event.ts";
import type { EventDefect, PublicEvent } from "./public-event.ts";

/** An event as callers would send it. */
export type SentEvent = z.input<typeof PublicEvent>;

const id = z.int().positive();
const name = z.string().nullish();
/** Epoch seconds, or ISO 8601; older versions of Chatwoot differ. */
const instant = z
  .union([z.number(), z.iso.datetime({ offset: true })])
  .transform((value) => (typeof value === "number" ? Math.round(value * 1000) : Date.parse(value)))
  .refine((atMs) => atMs >= 0 && atMs < Date.UTC(2200, 0, 1), "is no time");
const Named = z.looseObject({ id, name });
const Sender = z.looseObject({ id, name, type: z.string().nullish() });
const status = z.enum(conversationStatuses);
const priority = z.enum(priorities).nullable();
const change = z.looseObject({ current_value: z.unknown().optional(), previous_value: z.unknown().optional() });
const seconds = z.number().nullish();

const AppliedSla = z.looseObject({
  id,
  sla_id: id,
  created_at: instant,
  sla_first_response_time_threshold: seconds,
  sla_next_response_time_threshold: seconds,
  sla_resolution_time_threshold: seconds,
  sla_only_during_business_hours: z.boolean().nullish(),
});

const Conversation = z.looseObject({
  /** The display id. */
  id,
  inbox_id: id,
  channel: name,
  status: status.nullish(),
  priority: priority.optional(),
  labels: z.array(z.string().min(1)).max(100).nullish(),
  meta: z
    .looseObject({ sender: Named.nullish(), assignee: Named.nullish(), assignee_type: name, team: Named.nullish() })
    .nullish(),
  applied_sla: AppliedSla.nullish(),
  created_at: instant,
  updated_at: instant.nullish(),
  changed_attributes: z.array(z.record(z.string(), change)).nullish(),
});
type Conversation = z.output<typeof Conversation>;

const Message = z.looseObject({
  id,
  content: z.string().nullish(),
  content_type: z.string().nullish(),
  content_attributes: z
    .looseObject({
      automation_rule_id: z.union([z.int(), z.string()]).nullish(),
      external_echo: z.boolean().nullish(),
      submitted_values: z.unknown().optional(),
    })
    .nullish(),
  additional_attributes: z.looseObject({ campaign_id: z.union([z.int(), z.string()]).nullish() }).nullish(),
  message_type: z.string(),
  private: z.boolean().nullish(),
  created_at: instant,
  sender: Sender.nullish(),
  inbox: Named.nullish(),
  conversation: Conversation,
});
type Message = z.output<typeof Message>;

const Inbox = z.looseObject({
  id,
  name,
  channel_type: name,
  timezone: name,
  working_hours_enabled: z.boolean().nullish(),
  working_hours: z.array(ChatwootHours).max(7).nullish(),
});

const Answer = z.looseObject({
  csat_survey_response: z.looseObject({ rating: z.int().min(1).max(5), feedback_message: z.string().nullish() }),
});

/** What a webhook says before anything is known of it. */
export const ChatwootPayload = z.looseObject({ event: z.string() });

/**
 * The events that one webhook of Chatwoot tells, [] when it tells nothing that is kept (typing, widgets). Every one about
 * a conversation tells the creation too, because a webhook that fails is not sent again. `sentAtMs` is the time of its
 * signature. Field names: the webhook part of Chatwoot's documentation. Never throws.
 */
export function readChatwootWebhook(
  payload: z.output<typeof ChatwootPayload>,
  sentAtMs: number,
): { readonly events: readonly SentEvent[] } | { readonly defect: EventDefect } {
  switch (payload.event) {
    case "conversation_created":
      return read(Conversation, payload, (conversation) => [
        ...creation(conversation, conversation.created_at),
        ...firstState(conversation),
        ...slaOf(conversation),
      ]);
    case "conversation_updated":
    case "conversation_status_changed":
      return read(Conversation, payload, (conversation) => [
        ...creation(conversation, conversation.updated_at ?? sentAtMs),
        ...changes(conversation, sentAtMs),
        ...slaOf(conversation),
      ]);
    case "message_created":
      return read(Message, payload, (message) => [
        ...creation(message.conversation, message.created_at),
        ...said(message),
      ]);
    case "message_updated":
      return read(Message, payload, (message) => answered(message, sentAtMs));
    case "contact_created":
    case "contact_updated":
      return read(Named, payload, (contact) => [customer(contact, sentAtMs)]);
    case "inbox_created":
    case "inbox_updated":
      return read(Inbox, payload, (inbox) => [
        namedEvent("inbox", chatwootKeys.inbox(inbox.id), inbox.name, sentAtMs, chatwootChannel(inbox.channel_type)),
        ...hoursOf(inbox, sentAtMs),
      ]);
    default:
      return { events: [] };
  }
}

function read<Schema extends z.ZodType>(
  schema: Schema,
  payload: unknown,
  tell: (value: z.output<Schema>) => readonly SentEvent[],
): { readonly events: readonly SentEvent[] } | { readonly defect: EventDefect } {
  const parsed = schema.safeParse(payload);
  if (parsed.success) return { events: tell(parsed.data) };
  const issue = parsed.error.issues[0];
  const pointer = (issue?.path ?? []).map((step) => `/${String(step)}`).join("");
  return { defect: { pointer: pointer.slice(0, 500), reason: issue?.message ?? "cannot be read" } };
}

const iso = (atMs: number): string => new Date(atMs).toISOString();

/** Names are as they stand when they are told, at `atMs`, which is later than the creation more often than not. */
function creation(conversation: Conversation, atMs: number): SentEvent[] {
  const { meta, created_at: createdAtMs } = conversation;
  const people: SentEvent[] = [];
  if (meta?.sender) people.push(customer(meta.sender, atMs));
  const agent = assigneeOf(conversation);
  if (agent !== null) people.push(namedEvent("agent", chatwootKeys.agent(agent.id), agent.name, atMs));
  if (meta?.team) people.push(namedEvent("team", chatwootKeys.team(meta.team.id), meta.team.name, atMs));
  return [
    ...people,
    {
      id: chatwootIds.created(conversation.id),
      type: "conversation.created",
      at: iso(createdAtMs),
      conversation: chatwootKeys.conversation(conversation.id),
      inbox: chatwootKeys.inbox(conversation.inbox_id),
      customer: meta?.sender ? chatwootKeys.customer(meta.sender.id) : null,
    },
  ];
}

/** Whoever it is assigned to, unless that is a bot. */
function assigneeOf({ meta }: Conversation): z.output<typeof Named> | null {
  const isPerson = meta?.assignee_type === undefined || meta.assignee_type === null || meta.assignee_type === "User";
  return isPerson ? (meta?.assignee ?? null) : null;
}

/** What a conversation came with. The creation itself says only what never changes, since it is told again and again. */
function firstState(conversation: Conversation): SentEvent[] {
  const { meta, labels, status: first, priority: urgency, created_at: atMs } = conversation;
  const agent = assigneeOf(conversation);
  const events: SentEvent[] = [];
  if (first && first !== "open") events.push(changed(conversation, "status", first, atMs));
  if (agent !== null) events.push(changed(conversation, "assignee", agent.id, atMs));
  if (meta?.team) events.push(changed(conversation, "team", meta.team.id, atMs));
  if (labels && labels.length > 0) events.push(changed(conversation, "labels", labels, atMs));
  if (urgency) events.push(changed(conversation, "priority", urgency, atMs));
  return events.map((event) => ({ ...event, sequence: 1 }));
}

const number = z.union([id, z.string().regex(/^\d+$/).transform(Number)]).nullable();
const titles = z.array(z.string().min(1)).max(100);

function changes(conversation: Conversation, sentAtMs: number): SentEvent[] {
  const atMs = conversation.updated_at ?? sentAtMs;
  const events: SentEvent[] = [];
  const add = <Value>(field: ChatwootField, parsed: z.ZodSafeParseResult<Value>): void => {
    if (parsed.success) events.push(changed(conversation, field, parsed.data, atMs));
  };
  for (const [field, { current_value: now, previous_value: before }] of (conversation.changed_attributes ?? []).flatMap(
    (entry) => Object.entries(entry),
  )) {
    if (field === "status") {
      add("status", status.safeParse(now));
      // pending is the bot's; opening from there is how a bot hands over
      if (before === "pending" && now === "open") events.push(changed(conversation, "handoff", null, atMs));
    } else if (field === "assignee_id") add("assignee", number.safeParse(now));
    else if (field === "team_id") add("team", number.safeParse(now));
    else if (field === "priority") add("priority", priority.safeParse(now));
    else if (field === "label_list") add("labels", titles.safeParse(Array.isArray(now) ? now : conversation.labels));
  }
  return events;
}

/** A change with the id under which the import of the account knows it too. */
function changed(conversation: { readonly id: number }, field: ChatwootField, value: unknown, atMs: number): SentEvent {
  const fact = {
    id: chatwootIds.change(conversation.id, field, value, atMs),
    at: iso(atMs),
    conversation: chatwootKeys.conversation(conversation.id),
  };
  switch (field) {
    case "status":
      return { ...fact, type: "conversation.status", status: status.parse(value) };
    case "assignee":
      return {
        ...fact,
        type: "conversation.assigned",
        agent: value === null ? null : chatwootKeys.agent(Number(value)),
      };
    case "team":
      return { ...fact, type: "conversation.assigned", team: value === null ? null : chatwootKeys.team(Number(value)) };
    case "labels":
      return { ...fact, type: "conversation.labelled", labels: titles.parse(value) };
    case "priority":
      return { ...fact, type: "conversation.priority", priority: priority.parse(value) };
    case "handoff":
      return { ...fact, type: "conversation.handoff" };
  }
}

function slaOf({ id: displayId, applied_sla: sla }: Conversation): SentEvent[] {
  if (!sla) return [];
  const threshold = (value: number | null | undefined) => (value ? Math.max(1, Math.round(value)) : null);
  return [
    {
      id: chatwootIds.sla(sla.id),
      type: "sla.applied",
      at: iso(sla.created_at),
      conversation: chatwootKeys.conversation(displayId),
      policy: `sla-${sla.sla_id}`,
      firstResponseSeconds: threshold(sla.sla_first_response_time_threshold),
      replySeconds: threshold(sla.sla_next_response_time_threshold),
      resolutionSeconds: threshold(sla.sla_resolution_time_threshold),
      businessHours: sla.sla_only_during_business_hours === true,
    },
  ];
}

function said(message: Message): SentEvent[] {
  const { conversation, created_at: atMs, sender } = message;
  const events: SentEvent[] = [];
  if (message.inbox) {
    const channel = chatwootChannel(conversation.channel);
    events.push(namedEvent("inbox", chatwootKeys.inbox(message.inbox.id), message.inbox.name, atMs, channel));
  }
  const fact = { at: iso(atMs), conversation: chatwootKeys.conversation(conversation.id) };
  if (message.content_type === "input_csat") {
    return [...events, { ...fact, id: chatwootIds.csatSent(message.id), type: "csat.sent" }];
  }
  // activities and templates are not what people say
  if (message.message_type !== "incoming" && message.message_type !== "outgoing") return events;
  const isIn = message.message_type === "incoming";
  const kind = isIn ? "customer" : senderOf(message);
  if (kind === "agent" && sender) {
    events.push(namedEvent("agent", chatwootKeys.agent(sender.id), sender.name, atMs));
  }
  const rule = message.content_attributes?.automation_rule_id;
  const content = chatwootText(message.content ?? "");
  return [
    ...events,
    {
      ...fact,
      id: chatwootIds.message(message.id),
      type: "message.created",
      direction: isIn ? "in" : "out",
      sender: kind,
      ...(kind === "agent" && sender ? { agent: chatwootKeys.agent(sender.id) } : {}),
      private: message.private === true,
      content,
      ...(message.content_type ? { contentType: message.content_type.slice(0, 200) } : {}),
      ...(message.private === true ? { mentions: chatwootMentions(content).map(chatwootKeys.agent) } : {}),
      ...(rule === null || rule === undefined ? {} : { automationRuleId: `rule-${rule}` }),
    },
  ];
}

function senderOf({ sender, content_attributes, additional_attributes }: Message): "agent" | "bot" | "system" {
  if (additional_attributes?.campaign_id) return "system";
  if (sender?.type === "agent_bot" || sender?.type === "captain_assistant") return "bot";
  // an echo was written in the channel's own app, by a person whom Chatwoot does not know
  return sender?.type === "user" || content_attributes?.external_echo === true ? "agent" : "system";
}

function answered({ id: messageId, conversation, content_attributes }: Message, sentAtMs: number): SentEvent[] {
  const answer = Answer.safeParse(content_attributes?.submitted_values);
  if (!answer.success) return [];
  const { rating, feedback_message } = answer.data.csat_survey_response;
  const comment = feedback_message ? chatwootText(feedback_message) : null;
  return [
    {
      id: chatwootIds.csatAnswered(messageId, rating, comment),
      type: "csat.answered",
      at: iso(sentAtMs),
      conversation: chatwootKeys.conversation(conversation.id),
      rating,
      comment,
    },
  ];
}

const customer = (contact: z.output<typeof Named>, atMs: number): SentEvent =>
  namedEvent("customer", chatwootKeys.customer(contact.id), contact.name, atMs);

/** What has a name, as an upsert at `atMs`; without one it goes by its key. `channel` is of inboxes. */
export function namedEvent(
  kind: Exclude<ChatwootNamed, "working-hours">,
  key: string,
  given: string | null | undefined,
  atMs: number,
  channel = "unknown",
): SentEvent {
  const known = chatwootName(given, key);
  const content = kind === "inbox" ? [known, channel] : known;
  const fact = { id: chatwootIds.named(kind, key, content, atMs), at: iso(atMs), key, name: known };
  return kind === "inbox" ? { ...fact, type: "inbox.upserted", channel } : { ...fact, type: `${kind}.upserted` };
}

function hoursOf(inbox: z.output<typeof Inbox>, sentAtMs: number): SentEvent[] {
  if (!inbox.working_hours) return [];
  const key = chatwootKeys.inbox(inbox.id);
  const hours = inbox.working_hours_enabled === true ? chatwootWeek(inbox.working_hours) : null;
  const timezone = inbox.timezone ?? null;
  return [
    {
      id: chatwootIds.named("working-hours", key, [timezone, hours], sentAtMs),
      type: "working-hours.upserted",
      at: iso(sentAtMs),
      inbox: key,
      timezone,
      hours,
    },
  ];
}
