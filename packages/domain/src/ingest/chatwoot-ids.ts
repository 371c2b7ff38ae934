import { createHash } from "node:crypto";

/** The source of everything that comes from a Chatwoot account, by webhook or by import: what both know meets. */
export const chatwootSource = "chatwoot";

export type ChatwootField = "status" | "assignee" | "team" | "labels" | "priority" | "handoff";
export type ChatwootNamed = "agent" | "inbox" | "team" | "label" | "customer" | "working-hours";

/**
 * Ids of a Chatwoot account's events, equal whichever way they come: a conversation goes by its display id, a change by
 * what it changes, the new value and the second in which it happened, since webhooks repeat and carry no ids of their own.
 */
export const chatwootIds = {
  created: (displayId: number) => `conversation/${displayId}`,
  message: (messageId: number) => `message/${messageId}`,
  change: (displayId: number, field: ChatwootField, value: unknown, atMs: number) =>
    `conversation/${displayId}/${field}/${Math.floor(atMs / 1000)}/${digest(value)}`,
  csatSent: (messageId: number) => `csat/${messageId}`,
  csatAnswered: (messageId: number, rating: number, comment: string | null) =>
    `csat/${messageId}/${digest([rating, comment])}`,
  sla: (appliedSlaId: number) => `sla/${appliedSlaId}`,
  /** Of what has a name: again each UTC day, so that a name that comes back is the newest again. */
  named: (kind: ChatwootNamed, key: string, content: unknown, atMs: number) =>
    `${kind}/${digest([key, content])}/${new Date(atMs).toISOString().slice(0, 10)}`,
} as const;

/** Keys of what conversations refer to; labels go by their title. */
export const chatwootKeys = {
  conversation: (displayId: number) => String(displayId),
  agent: (userId: number) => `user-${userId}`,
  inbox: (inboxId: number) => `inbox-${inboxId}`,
  team: (teamId: number) => `team-${teamId}`,
  customer: (contactId: number) => `contact-${contactId}`,
} as const;

const channels: Readonly<Record<string, string>> = {
  "Channel::WebWidget": "web",
  "Channel::Email": "email",
  "Channel::Api": "api",
  "Channel::Whatsapp": "whatsapp",
  "Channel::Sms": "sms",
  "Channel::TwilioSms": "sms",
  "Channel::FacebookPage": "facebook",
  "Channel::Instagram": "instagram",
  "Channel::TwitterProfile": "twitter",
  "Channel::Telegram": "telegram",
  "Channel::Line": "line",
  "Channel::Tiktok": "tiktok",
  "Channel::Voice": "voice",
};

/** The channel of an inbox by Chatwoot's class of it; one that is not known goes by its own name in lower case. */
export function chatwootChannel(channelType: string | null | undefined): string {
  if (channelType === null || channelType === undefined || channelType === "") return "unknown";
  return (
    channels[channelType] ??
    channelType
      .replace(/^Channel::/, "")
      .toLowerCase()
      .slice(0, 200)
  );
}

/** Half of a SHA-256, in hexadecimal: content to tell apart, no secret. */
const digest = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(value ?? null))
    .digest("hex")
    .slice(0, 32);
