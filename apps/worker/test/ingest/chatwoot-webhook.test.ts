import { readChatwootWebhook } from "@deskpulse/domain/ingest/chatwoot-webhook";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createIngestWorld, type IngestWorld } from "./ingest-world.ts";

let world: IngestWorld;
beforeAll(async () => {
  world = await createIngestWorld();
});
afterAll(() => world?.stop());

const start = Date.UTC(2026, 5, 1, 10);
const bo = { id: 5, name: "Bo", type: "user" };
const ann = { id: 7, name: "Ann", type: "contact" };
const conversation = {
  id: 42,
  inbox_id: 3,
  channel: "Channel::Email",
  status: "open",
  meta: { sender: ann },
  created_at: start / 1000,
};
const changed = (minute: number, field: string, previous_value: unknown, current_value: unknown) => ({
  ...conversation,
  event: "conversation_updated",
  updated_at: (start + minute * 60_000) / 1000,
  changed_attributes: [{ [field]: { previous_value, current_value } }],
});
const message = (id: number, minute: number, more: object) => ({
  event: "message_created",
  id,
  content: "Words",
  content_type: "text",
  message_type: "incoming",
  created_at: new Date(start + minute * 60_000).toISOString(),
  sender: ann,
  inbox: { id: 3, name: "Mail" },
  conversation,
  ...more,
});

/** The life of a conversation as Chatwoot tells it, with the minute of each telling. */
const webhooks: readonly (readonly [
  minute: number,
  payload: { readonly event: string; readonly [field: string]: unknown },
])[] = [
  [0, { ...conversation, event: "conversation_created" }],
  [0, message(1, 0, {})],
  [2, changed(2, "assignee_id", null, 5)],
  [3, changed(3, "label_list", [], ["vip"])],
  [10, message(2, 10, { message_type: "outgoing", sender: bo })],
  [20, message(3, 20, {})],
  [25, message(4, 25, { message_type: "outgoing", sender: bo })],
  [30, changed(30, "status", "open", "resolved")],
  [30, { ...changed(30, "status", "open", "resolved"), event: "conversation_status_changed" }],
  [31, message(5, 31, { message_type: "template", content_type: "input_csat", sender: null })],
  [
    40,
    {
      ...message(5, 31, { message_type: "template", content_type: "input_csat", sender: null }),
      event: "message_updated",
      content_attributes: { submitted_values: { csat_survey_response: { rating: 5, feedback_message: "Fine" } } },
    },
  ],
];

async function send(tenantId: string, [minute, payload]: (typeof webhooks)[number]): Promise<void> {
  const told = readChatwootWebhook(payload, start + minute * 60_000);
  if ("defect" in told) throw new Error(told.defect.reason);
  const { rejected } = await world.send(tenantId, told.events, "chatwoot");
  expect(rejected).toBe(0);
}

test("webhooks make the figures of the conversation that they tell of", async () => {
  const tenantId = await world.addTenant();
  for (const webhook of webhooks) await send(tenantId, webhook);
  const { conversations, messages, measurements, ...rest } = await world.figures(tenantId);
  expect(conversations).toMatchObject([
    {
      source_key: "42",
      inbox_name: "Mail",
      channel: "email",
      customer: "Ann",
      assignee: "user-5",
      agent_name: "Bo",
      status: "resolved",
      labels: ["vip"],
    },
  ]);
  expect(messages.map(({ direction, sender }) => `${direction} ${sender}`)).toEqual([
    "in customer",
    "out agent",
    "in customer",
    "out agent",
  ]);
  const durations = measurements.map(({ kind, duration_ms }) => [kind, Number(duration_ms) / 60_000]);
  expect(durations).toEqual(
    expect.arrayContaining([
      ["first_response", 10],
      ["reply_time", 5],
      ["resolution", 30],
    ]),
  );
  expect(JSON.stringify(rest)).toContain("Fine");
});

test("webhooks that come twice and in the wrong order make the same figures", async () => {
  const [ordered, turned] = [await world.addTenant(), await world.addTenant()];
  for (const webhook of webhooks) await send(ordered, webhook);
  for (const webhook of [...webhooks].reverse()) await send(turned, webhook);
  for (const webhook of webhooks) await send(turned, webhook);
  // a name is told by many webhooks of a day, of which the first counts
  const { events: turnedEvents, ...turnedFigures } = await world.figures(turned);
  const { events: orderedEvents, ...orderedFigures } = await world.figures(ordered);
  expect(turnedFigures).toEqual(orderedFigures);
  const keys = (events: readonly { readonly source_key?: unknown }[]) => events.map(({ source_key }) => source_key);
  expect(keys(turnedEvents)).toEqual(keys(orderedEvents));
});
