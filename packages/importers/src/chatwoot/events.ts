import { chatwootIds, chatwootKeys } from "@deskpulse/domain/ingest/chatwoot-ids";
import { namedEvent, readChatwootWebhook, type SentEvent } from "@deskpulse/domain/ingest/chatwoot-webhook";
import type { ConversationRow, LabelRow, MessageRow, RatingRow, readNames, StatusRow } from "./database.ts";

const statuses = ["open", "resolved", "pending", "snoozed"] as const;
const priorities = ["low", "medium", "high", "urgent"] as const;
const contentTypes = [
  "text",
  "input_text",
  "input_textarea",
  "input_email",
  "input_select",
  "cards",
  "form",
  "article",
  "incoming_email",
  "input_csat",
  "integrations",
  "sticker",
  "voice_call",
] as const;
const senderTypes: Readonly<Record<string, string>> = {
  User: "user",
  Contact: "contact",
  AgentBot: "agent_bot",
  "Captain::Assistant": "captain_assistant",
};

/** Everything about one conversation but its messages. */
export interface ConversationRows {
  readonly conversation: ConversationRow;
  readonly changes: readonly StatusRow[];
  readonly labels: readonly LabelRow[];
  readonly ratings: readonly RatingRow[];
}

// a row says what the webhook of the same thing says: so both make the same events, under the same ids
function told(payload: { readonly event: string; readonly [field: string]: unknown }, atMs: number): SentEvent[] {
  const result = readChatwootWebhook(payload, atMs);
  if ("events" in result) return [...result.events];
  throw new Error(`${payload.event}${result.defect.pointer} ${result.defect.reason}`);
}

/** Agents, teams and inboxes with their hours, as they are at `nowMs`. */
export function nameEvents(
  { agents, teams, inboxes, hours }: Awaited<ReturnType<typeof readNames>>,
  nowMs: number,
): SentEvent[] {
  return [
    ...agents.map((agent) => namedEvent("agent", chatwootKeys.agent(agent.id), agent.name, nowMs)),
    ...teams.map((team) => namedEvent("team", chatwootKeys.team(team.id), team.name, nowMs)),
    ...inboxes.flatMap((inbox) => {
      const working_hours = hours.filter(({ inbox_id }) => inbox_id === inbox.id);
      return told({ ...inbox, event: "inbox_updated", working_hours }, nowMs);
    }),
  ];
}

function payloadOf(row: ConversationRow) {
  return {
    id: row.display_id,
    inbox_id: row.inbox_id,
    channel: row.channel_type,
    created_at: row.created_at,
    meta: {
      sender: row.contact_id === null ? null : { id: row.contact_id, name: row.contact_name },
      assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name },
      team: row.team_id === null ? null : { id: row.team_id, name: row.team_name },
    },
  };
}

/**
 * What a conversation's rows tell. Chatwoot keeps no history of assignments and priorities: those of today count from the
 * creation on, except that who resolved is known. A status that no event explains is of the last activity.
 */
export function conversationEvents({ conversation, changes, labels, ratings }: ConversationRows): SentEvent[] {
  const { display_id: displayId, applied_sla, priority } = conversation;
  const payload = {
    ...payloadOf(conversation),
    applied_sla,
    priority: priority === null ? null : (priorities[priority] ?? null),
  };
  const createdAtMs = Date.parse(conversation.created_at);
  return [
    ...told({ ...payload, event: "conversation_created" }, createdAtMs),
    ...statusEvents(conversation, changes),
    ...labels.flatMap(({ at }, index) =>
      changed(
        displayId,
        at,
        "label_list",
        labels.slice(0, index + 1).map(({ title }) => title),
        payload,
      ),
    ),
    ...ratings.flatMap(({ message_id, rating, feedback_message, created_at }) =>
      told(
        {
          event: "message_updated",
          id: message_id,
          message_type: "template",
          created_at,
          conversation: payload,
          content_attributes: { submitted_values: { csat_survey_response: { rating, feedback_message } } },
        },
        Date.parse(created_at),
      ),
    ),
  ];
}

function statusEvents(conversation: ConversationRow, changes: readonly StatusRow[]): SentEvent[] {
  const { display_id: displayId } = conversation;
  const payload = payloadOf(conversation);
  const events: SentEvent[] = [];
  let status = "open";
  let assignee = conversation.assignee_id;
  for (const { name, user_id, at } of changes) {
    if (name === "conversation_bot_handoff") {
      const atMs = Date.parse(at);
      const id = chatwootIds.change(displayId, "handoff", null, atMs);
      const conversationKey = chatwootKeys.conversation(displayId);
      events.push({
        id,
        type: "conversation.handoff",
        at: new Date(atMs).toISOString(),
        conversation: conversationKey,
      });
      continue;
    }
    status = name === "conversation_resolved" ? "resolved" : "open";
    if (name === "conversation_resolved" && user_id !== null && user_id !== assignee) {
      events.push(...changed(displayId, at, "assignee_id", user_id, payload));
      assignee = user_id;
    }
    // behind who had it, in the same instant
    events.push(...changed(displayId, at, "status", status, payload).map((event) => ({ ...event, sequence: 1 })));
  }
  const last = statuses[conversation.status] ?? "open";
  const at = conversation.last_activity_at ?? conversation.created_at;
  if (last !== status) {
    const since = changes.at(-1)?.at;
    events.push(...changed(displayId, since !== undefined && since > at ? since : at, "status", last, payload));
  }
  if (assignee !== conversation.assignee_id) {
    events.push(...changed(displayId, at, "assignee_id", conversation.assignee_id, payload));
  }
  return events;
}

const changed = (
  displayId: number,
  at: string,
  field: string,
  current_value: unknown,
  payload: ReturnType<typeof payloadOf>,
): SentEvent[] =>
  told(
    {
      ...payload,
      id: displayId,
      event: "conversation_updated",
      updated_at: at,
      changed_attributes: [{ [field]: { current_value } }],
    },
    Date.parse(at),
  );

/** What a message's row tells; the names of its customer and inbox are told with the conversation. */
export function messageEvents(row: MessageRow, conversation: ConversationRow): SentEvent[] {
  const sender =
    row.sender_id === null || row.sender_type === null
      ? null
      : { id: row.sender_id, name: row.sender_name, type: senderTypes[row.sender_type] ?? row.sender_type };
  return told(
    {
      event: "message_created",
      id: row.id,
      content: row.content,
      content_type: contentTypes[row.content_type] ?? "text",
      content_attributes: { automation_rule_id: row.automation_rule_id, external_echo: row.external_echo },
      additional_attributes: { campaign_id: row.campaign_id },
      message_type: row.message_type === 0 ? "incoming" : row.message_type === 1 ? "outgoing" : "template",
      private: row.private,
      created_at: row.created_at,
      sender,
      conversation: payloadOf(conversation),
    },
    Date.parse(row.created_at),
  );
}
