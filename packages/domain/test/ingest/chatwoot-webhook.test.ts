import { describe, expect, test } from "@jest/globals";
import { chatwootWeek } from "../../src/ingest/chatwoot-hours.ts";
import { readChatwootWebhook } from "../../src/ingest/chatwoot-webhook.ts";
import { readPublicEvent } from "../../src/ingest/public-event.ts";
import { workingHours } from "../../src/tenants/working-hours.ts";

const sentAtMs = Date.UTC(2026, 5, 1, 12);
const createdAt = Date.UTC(2026, 5, 1, 10) / 1000;
const conversation = {
  id: 42,
  inbox_id: 3,
  channel: "Channel::WebWidget",
  status: "open",
  priority: null,
  labels: [],
  meta: { sender: { id: 7, name: "Ann" }, assignee: null, team: null },
  created_at: createdAt,
  updated_at: createdAt + 60.25,
};
const message = {
  event: "message_created",
  id: 900,
  content: "Hello",
  content_type: "text",
  content_attributes: {},
  additional_attributes: {},
  message_type: "incoming",
  private: false,
  created_at: "2026-06-01T10:00:05.123Z",
  sender: { id: 7, name: "Ann" },
  inbox: { id: 3, name: "Website" },
  conversation,
};

function told(payload: Record<string, unknown> & { event: string }) {
  const result = readChatwootWebhook(payload, sentAtMs);
  if ("defect" in result) throw new Error(`${result.defect.pointer}: ${result.defect.reason}`);
  // whatever is told is an event that ingest takes
  for (const event of result.events) expect(readPublicEvent(event, sentAtMs)).toHaveProperty("event");
  return result.events;
}
const kinds = (payload: Parameters<typeof told>[0]) => told(payload).map(({ type }) => type);
const only = (payload: Parameters<typeof told>[0], type: string) =>
  told(payload).filter((event) => event.type === type);

test("a new conversation tells its creation, its customer and the state that it came with", () => {
  const payload = {
    ...conversation,
    event: "conversation_created",
    status: "pending",
    priority: "high",
    labels: ["vip"],
    meta: {
      sender: { id: 7, name: "Ann" },
      assignee: { id: 5, name: "Bo" },
      assignee_type: "User",
      team: { id: 2, name: "Desk" },
    },
  };
  expect(told(payload)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ type: "customer.upserted", key: "contact-7", name: "Ann" }),
      expect.objectContaining({ type: "agent.upserted", key: "user-5", name: "Bo" }),
      expect.objectContaining({ type: "team.upserted", key: "team-2", name: "Desk" }),
      {
        id: "conversation/42",
        type: "conversation.created",
        at: "2026-06-01T10:00:00.000Z",
        conversation: "42",
        inbox: "inbox-3",
        customer: "contact-7",
      },
      expect.objectContaining({ type: "conversation.status", status: "pending" }),
      expect.objectContaining({ type: "conversation.assigned", agent: "user-5" }),
      expect.objectContaining({ type: "conversation.assigned", team: "team-2" }),
      expect.objectContaining({ type: "conversation.labelled", labels: ["vip"] }),
      expect.objectContaining({ type: "conversation.priority", priority: "high" }),
    ]),
  );
});

test("a conversation that a bot holds is assigned to nobody", () => {
  const meta = { ...conversation.meta, assignee: { id: 5, name: "Helper" }, assignee_type: "AgentBot" };
  expect(kinds({ ...conversation, event: "conversation_created", meta })).toEqual([
    "customer.upserted",
    "conversation.created",
  ]);
});

test.each([
  ["status", "open", "resolved", [{ type: "conversation.status", status: "resolved" }]],
  ["status", "pending", "open", [{ type: "conversation.status", status: "open" }, { type: "conversation.handoff" }]],
  ["assignee_id", null, 5, [{ type: "conversation.assigned", agent: "user-5" }]],
  ["assignee_id", 5, null, [{ type: "conversation.assigned", agent: null }]],
  ["team_id", null, "2", [{ type: "conversation.assigned", team: "team-2" }]],
  ["priority", null, "urgent", [{ type: "conversation.priority", priority: "urgent" }]],
  ["label_list", [], ["vip", "bug"], [{ type: "conversation.labelled", labels: ["vip", "bug"] }]],
  ["waiting_since", 1, 0, []],
] as const)("a changed %s from %j to %j", (field, previous_value, current_value, expected) => {
  const payload = { ...conversation, changed_attributes: [{ [field]: { previous_value, current_value } }] };
  const events = told({ ...payload, event: "conversation_updated" }).slice(2);
  expect(events).toEqual(
    expected.map((event) => expect.objectContaining({ ...event, at: "2026-06-01T10:01:00.250Z" })),
  );
  // Chatwoot tells a change of status twice
  expect(told({ ...payload, event: "conversation_status_changed" }).slice(2)).toEqual(events);
});

describe("a message", () => {
  const written = (changes: object) => only({ ...message, ...changes }, "message.created");
  test("of a customer", () => {
    expect(kinds(message)).toEqual(["customer.upserted", "conversation.created", "inbox.upserted", "message.created"]);
    expect(written({})).toEqual([
      {
        id: "message/900",
        type: "message.created",
        at: "2026-06-01T10:00:05.123Z",
        conversation: "42",
        direction: "in",
        sender: "customer",
        private: false,
        content: "Hello",
        contentType: "text",
      },
    ]);
    expect(only(message, "inbox.upserted")).toMatchObject([{ key: "inbox-3", name: "Website", channel: "web" }]);
  });
  test.each([
    ["an agent", { sender: { id: 5, name: "Bo", type: "user" } }, { sender: "agent", agent: "user-5" }],
    ["a bot", { sender: { id: 5, name: "Helper", type: "agent_bot" } }, { sender: "bot" }],
    ["nobody", { sender: null }, { sender: "system" }],
    [
      "a campaign",
      { sender: { id: 5, name: "Bo", type: "user" }, additional_attributes: { campaign_id: 9 } },
      { sender: "system" },
    ],
    ["the channel's own app", { sender: null, content_attributes: { external_echo: true } }, { sender: "agent" }],
    ["a rule", { sender: null, content_attributes: { automation_rule_id: 8 } }, { automationRuleId: "rule-8" }],
  ])("of %s", (_, changes, expected) => {
    expect(written({ ...changes, message_type: "outgoing" })).toMatchObject([{ direction: "out", ...expected }]);
  });
  test("that is private mentions people", () => {
    const content = "[@Bo](mention://user/5/Bo) and [@Bo](mention://user/5/Bo) and [@Desk](mention://team/2/Desk)";
    const changes = { message_type: "outgoing", private: true, sender: { id: 6, name: "Cy", type: "user" }, content };
    expect(written(changes)).toMatchObject([{ private: true, mentions: ["user-5"] }]);
  });
  test.each(["template", "activity"])("that is a %s is none", (message_type) => {
    expect(written({ message_type })).toEqual([]);
  });
  test("that Postgres could not keep is mended", () => {
    expect(written({ content: "a\u0000b\ud800c" })).toMatchObject([{ content: "ab\uFFFDc" }]);
  });
});

test("a survey is sent once and answered as often as its answer changes", () => {
  const survey = { ...message, message_type: "template", content_type: "input_csat", sender: null };
  expect(only(survey, "csat.sent")).toMatchObject([{ id: "csat/900", at: "2026-06-01T10:00:05.123Z" }]);
  const answer = (rating: number, feedback_message: string | null) =>
    told({
      ...survey,
      event: "message_updated",
      content_attributes: { submitted_values: { csat_survey_response: { rating, feedback_message } } },
    });
  expect(answer(4, "Good")).toMatchObject([
    { type: "csat.answered", rating: 4, comment: "Good", at: "2026-06-01T12:00:00.000Z" },
  ]);
  expect(answer(4, "Good")[0]?.id).toBe(answer(4, "Good")[0]?.id);
  expect(answer(5, "Good")[0]?.id).not.toBe(answer(4, "Good")[0]?.id);
  expect(answer(6, null)).toEqual([]);
  expect(told({ ...survey, event: "message_updated" })).toEqual([]);
});

test("an applied SLA tells its targets, whole seconds, none where none is set", () => {
  const applied_sla = {
    id: 11,
    sla_id: 4,
    created_at: createdAt + 1,
    sla_first_response_time_threshold: 1_800.0,
    sla_next_response_time_threshold: null,
    sla_resolution_time_threshold: 86_400,
    sla_only_during_business_hours: true,
  };
  expect(only({ ...conversation, event: "conversation_updated", applied_sla }, "sla.applied")).toMatchObject([
    {
      id: "sla/11",
      policy: "sla-4",
      firstResponseSeconds: 1_800,
      replySeconds: null,
      resolutionSeconds: 86_400,
      businessHours: true,
    },
  ]);
});

test("an inbox tells its name, channel and hours", () => {
  const day = (day_of_week: number, more: object) => ({
    day_of_week,
    closed_all_day: false,
    open_all_day: false,
    ...more,
  });
  const working_hours = [
    day(0, { closed_all_day: true }),
    day(1, { open_hour: 9, open_minutes: 0, close_hour: 17, close_minutes: 30 }),
    day(2, { open_all_day: true }),
    day(3, { open_hour: 17, open_minutes: 0, close_hour: 9, close_minutes: 0 }),
  ];
  const inbox = {
    event: "inbox_updated",
    id: 3,
    name: "Website",
    channel_type: "Channel::Email",
    timezone: "Asia/Kathmandu",
    working_hours,
  };
  const week = {
    ...chatwootWeek([]).week,
    monday: [{ from: "09:00", to: "17:30" }],
    tuesday: [{ from: "00:00", to: "24:00" }],
  };
  expect(workingHours.parse(chatwootWeek(working_hours))).toEqual({ week, holidays: [] });
  expect(told({ ...inbox, working_hours_enabled: true })).toMatchObject([
    { type: "inbox.upserted", key: "inbox-3", channel: "email" },
    { type: "working-hours.upserted", inbox: "inbox-3", timezone: "Asia/Kathmandu", hours: { week, holidays: [] } },
  ]);
  expect(told({ ...inbox, working_hours_enabled: false })[1]).toMatchObject({ hours: null });
});

test("names have new ids each day, so that one that comes back is the newest again", () => {
  const contact = { event: "contact_updated", id: 7, name: "Ann" };
  const on = (atMs: number) => {
    const result = readChatwootWebhook(contact, atMs);
    return "events" in result ? result.events[0]?.id : null;
  };
  expect(on(sentAtMs)).toBe(on(sentAtMs + 3_600_000));
  expect(on(sentAtMs)).not.toBe(on(sentAtMs + 86_400_000));
});

test.each(["conversation_typing_on", "webwidget_triggered", "automation_event.conversation_opened"])(
  "%s tells nothing",
  (event) => {
    expect(told({ event })).toEqual([]);
  },
);

test.each([
  [{ ...message, conversation: undefined }, "/conversation"],
  [{ ...message, created_at: "yesterday" }, "/created_at"],
  [{ ...conversation, event: "conversation_created", id: "x" }, "/id"],
])("what is not as Chatwoot sends it is a defect with its place", (payload, pointer) => {
  expect(readChatwootWebhook(payload as never, sentAtMs)).toMatchObject({ defect: { pointer } });
});
