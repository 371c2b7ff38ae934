import { createHash } from "node:crypto";
import { z } from "zod";
import { IngestEvent as Event, type IngestEvent } from "./event.ts";
import { contentText, instantText, sourceKey } from "./text.ts";

const CareMessage = z.object({
  at: instantText,
  from: z.enum(["customer", "agent"]),
  author: sourceKey,
  text: contentText,
});
type CareMessage = z.infer<typeof CareMessage>;

/** One line of the care set. */
const CareConversation = z.object({
  id: sourceKey,
  company: sourceKey,
  started_at: instantText,
  messages: z.array(CareMessage).min(1).max(10_000),
});

/** A conversation of the care set: the company that it belongs to, and its events. */
export interface MappedCareConversation {
  readonly company: string;
  readonly events: readonly IngestEvent[];
}

const inbox = "twitter";

/**
 * One conversation of the care set as events. It begins with the customer's first message; the company account answers
 * as the agent; nothing is ever resolved. Equal messages of one conversation are the same fact.
 * Throws a ZodError that names what is wrong.
 */
export function mapCareConversation(value: unknown): MappedCareConversation {
  const { id, company, started_at, messages } = CareConversation.parse(value);
  const opening = messages.filter(({ from }) => from === "customer").sort(byTime)[0];
  const at = opening?.at ?? started_at;
  const customers = [...new Set(messages.flatMap(({ from, author }) => (from === "customer" ? [author] : [])))];
  const events: IngestEvent[] = [
    { type: "inbox.upserted", id: `inbox/${inbox}`, at, key: inbox, name: "Twitter", channel: "twitter" },
    { type: "agent.upserted", id: `agent/${company}`, at, key: company, name: company },
    ...customers.map((key): IngestEvent => ({ type: "customer.upserted", id: `customer/${key}`, at, key, name: key })),
    {
      type: "conversation.created",
      id: `${id}/created`,
      conversation: id,
      at,
      inbox,
      customer: opening?.author ?? null,
      agent: company,
    },
    ...messages.map((message) => mapMessage(id, message, opening)),
  ];
  return { company, events: events.map((event) => Event.parse(event)) };
}

function mapMessage(conversation: string, message: CareMessage, opening: CareMessage | undefined): IngestEvent {
  const { at, from, author, text } = message;
  const hash = createHash("sha256")
    .update(JSON.stringify([at, from, author, text]))
    .digest("base64url")
    .slice(0, 22);
  const fact = {
    type: "message.created",
    id: `${conversation}/${hash}`,
    conversation,
    at,
    private: false,
    content: text,
  } as const;
  if (from === "customer") return { ...fact, direction: "in", sender: "customer" };
  // what the company said before the customer did answers nobody
  const answers = opening !== undefined && byTime(opening, message) <= 0;
  return answers
    ? { ...fact, direction: "out", sender: "agent", agent: author }
    : { ...fact, direction: "out", sender: "system" };
}

const byTime = (a: CareMessage, b: CareMessage): number => Date.parse(a.at) - Date.parse(b.at);
