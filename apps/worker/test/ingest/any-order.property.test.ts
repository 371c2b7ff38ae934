import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createIngestWorld, type IngestWorld } from "./ingest-world.ts";

let world: IngestWorld;
beforeAll(async () => {
  world = await createIngestWorld();
});
afterAll(() => world?.stop());

const start = Date.UTC(2026, 4, 4, 6);
/** Coarse, so that events of one instant are frequent. */
const at = fc.integer({ min: 0, max: 60 }).map((step) => new Date(start + step * 600_000).toISOString());
const agent = fc.constantFrom("bo", "cy", null);
const label = fc.constantFrom("bug", "vip", "late");
const inbox = fc.constantFrom("web", "mail");
const conversation = fc.constantFrom("c1", "c2", "c3");
const week = { tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] };
const hours = fc
  .constantFrom("08:00", "09:30", null)
  .map((from) => (from === null ? null : { week: { monday: [{ from, to: "14:00" }], ...week }, holidays: [] }));

const said = fc.oneof(
  fc.record({
    type: fc.constant("message.created"),
    direction: fc.constantFrom("in", "out"),
    sender: fc.constantFrom("customer", "agent", "bot", "system"),
    agent,
    private: fc.boolean(),
    content: fc.constantFrom("", "Hello", "Grüße \\ \t\n"),
    mentions: fc.subarray(["bo", "cy"]),
  }),
  fc.record({
    type: fc.constant("conversation.status"),
    status: fc.constantFrom("open", "pending", "snoozed", "resolved"),
  }),
  fc.record({ type: fc.constant("conversation.assigned"), agent, team: fc.constantFrom("desk", null) }),
  fc.record({ type: fc.constant("conversation.labelled"), labels: fc.subarray(["bug", "vip", "late"]) }),
  fc.record({ type: fc.constant("conversation.priority"), priority: fc.constantFrom("low", "urgent", null) }),
  fc.record({ type: fc.constant("conversation.handoff") }),
  fc.record({ type: fc.constant("csat.sent") }),
  fc.record({ type: fc.constant("csat.answered"), rating: fc.integer({ min: 1, max: 5 }) }),
  fc.record({
    type: fc.constant("sla.applied"),
    policy: fc.constantFrom("gold", "iron"),
    firstResponseSeconds: fc.constant(1_800),
    replySeconds: fc.constantFrom(600, null),
    resolutionSeconds: fc.constant(10_800),
    businessHours: fc.boolean(),
  }),
  fc.record({
    type: fc.constant("automation.ran"),
    rule: fc.constant("r"),
    trigger: fc.constant("created"),
    outcome: fc.constantFrom("succeeded", "failed"),
    durationMs: fc.nat(100),
  }),
  fc.record({ type: fc.constant("conversation.created"), inbox, customer: fc.constantFrom("ann", "zoe") }),
);
const name = fc.constantFrom("One", "Two", "Three");
const upsert = fc.oneof(
  fc.record({ type: fc.constant("inbox.upserted"), key: inbox, name, channel: fc.constantFrom("chat", "email") }),
  fc.record({ type: fc.constant("agent.upserted"), key: fc.constantFrom("bo", "cy"), name }),
  fc.record({ type: fc.constant("team.upserted"), key: fc.constant("desk"), name }),
  fc.record({ type: fc.constant("label.upserted"), key: label, name }),
  fc.record({ type: fc.constant("customer.upserted"), key: fc.constantFrom("ann", "zoe"), name }),
  fc.record({
    type: fc.constant("working-hours.upserted"),
    inbox,
    hours,
    timezone: fc.constantFrom("UTC", "Asia/Kathmandu", null),
  }),
);

const events = fc
  .record({
    facts: fc.array(fc.record({ conversation, at, said }), { maxLength: 40 }),
    upserts: fc.array(fc.record({ at, upsert }), { maxLength: 12 }),
  })
  .map(({ facts, upserts }) =>
    [
      { id: "o1", type: "conversation.created", conversation: "c1", at: new Date(start).toISOString(), inbox: "web" },
      { id: "o2", type: "conversation.created", conversation: "c2", at: new Date(start).toISOString(), inbox: "mail" },
      ...facts.map((fact, n) => ({ id: `f${n}`, conversation: fact.conversation, at: fact.at, ...fact.said })),
      ...upserts.map((one, n) => ({ id: `u${n}`, at: one.at, ...one.upsert })),
    ].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at))),
  );

/** The events in another order, some of them again, cut into batches. */
const arrival = events.chain((inOrder) =>
  fc.record({
    inOrder: fc.constant(inOrder),
    batches: fc.array(fc.constantFrom(...inOrder), { maxLength: 15 }).chain((again) => {
      const all = [...inOrder, ...again];
      return fc
        .record({
          shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
          cuts: fc.array(fc.nat(all.length), { maxLength: 5 }),
          upsertsLast: fc.boolean(),
        })
        .map(({ shuffled, cuts, upsertsLast }) => {
          const edges = [0, ...cuts.sort((a, b) => a - b), all.length];
          const batches = edges.slice(1).map((edge, n) => shuffled.slice(edges[n], edge));
          if (!upsertsLast) return batches;
          // alone, so that no conversation is folded with them or after them
          const facts = batches.map((batch) => batch.filter((one) => "conversation" in one));
          return [...facts, ...batches.map((batch) => batch.filter((one) => !("conversation" in one)))];
        });
    }),
  }),
);

test("late, repeated and split events give the figures of the same events in order, once", async () => {
  await fc.assert(
    fc.asyncProperty(arrival, async ({ inOrder, batches }) => {
      const [calm, wild] = [await world.addTenant(), await world.addTenant()];
      const once = await world.send(calm, inOrder);
      expect(once).toMatchObject({ accepted: inOrder.length, duplicate: 0, rejected: 0 });
      let accepted = 0;
      for (const batch of batches) accepted += (await world.send(wild, batch)).accepted;
      expect(accepted).toBe(inOrder.length);
      expect(await world.figures(wild)).toEqual(await world.figures(calm));
    }),
    { numRuns: 60, endOnFailure: true },
  );
}, 60_000);
