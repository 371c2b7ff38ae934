import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { type ConversationEvent, conversationStatuses, priorities } from "../../src/ingest/event.ts";
import { foldConversation } from "../../src/ingest/fold-conversation.ts";

const start = Date.UTC(2026, 0, 5);
const agent = fc.constantFrom("bo", "cy", null);
const instant = fc.integer({ min: 0, max: 600 }).map((minutes) => new Date(start + minutes * 60_000).toISOString());

const body = fc.oneof(
  fc.record({
    type: fc.constant("message.created" as const),
    direction: fc.constantFrom("in" as const, "out" as const),
    sender: fc.constantFrom("customer" as const, "agent" as const, "bot" as const),
    agent,
    private: fc.boolean(),
    content: fc.string(),
  }),
  fc.record({ type: fc.constant("conversation.responded" as const), agent }),
  fc.record(
    {
      type: fc.constant("conversation.status" as const),
      status: fc.constantFrom(...conversationStatuses),
      resolvedAt: instant,
    },
    { requiredKeys: ["type", "status"] },
  ),
  fc.record({ type: fc.constant("conversation.assigned" as const), agent, team: fc.constantFrom("desk", null) }),
  fc.record({ type: fc.constant("conversation.priority" as const), priority: fc.constantFrom(...priorities, null) }),
  fc.record({ type: fc.constant("conversation.handoff" as const) }),
);

const conversation = fc
  .record({
    createdAt: instant,
    facts: fc.array(fc.record({ at: instant, sequence: fc.nat(3), body }), { maxLength: 25 }),
  })
  .map(({ createdAt, facts }): ConversationEvent[] => [
    { id: "created", type: "conversation.created", conversation: "c", at: createdAt, inbox: "web" },
    ...facts.map(({ at, sequence, body }, index) => ({ id: `e${index}`, conversation: "c", at, sequence, ...body })),
  ]);

const shuffledWithRepeats = conversation.chain((events) =>
  fc.record({
    events: fc.constant(events),
    arrived: fc
      .array(fc.constantFrom(...events), { maxLength: 10 })
      .chain((repeats) => fc.shuffledSubarray([...events, ...repeats], { minLength: events.length + repeats.length })),
  }),
);

describe("any conversation", () => {
  test("folds to the same whatever the order of arrival and however often an event arrives", () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ({ events, arrived }) => {
        expect(foldConversation(arrived)).toEqual(foldConversation(events));
      }),
    );
  });

  test("has durations in whole milliseconds, never negative, that end after the creation", () => {
    fc.assert(
      fc.property(conversation, (events) => {
        const folded = foldConversation(events);
        for (const { startedAt, at, durationMs } of folded?.measurements ?? []) {
          expect(Number.isInteger(durationMs) && durationMs >= 0).toBe(true);
          expect(durationMs).toBe(at - startedAt);
          expect(startedAt).toBeGreaterThanOrEqual(folded?.state.createdAt ?? 0);
        }
      }),
    );
  });

  test("has one first response at most, and resolutions and reopenings that take turns", () => {
    fc.assert(
      fc.property(conversation, (events) => {
        const folded = foldConversation(events);
        const kinds = folded?.measurements.map(({ kind }) => kind) ?? [];
        expect(kinds.filter((kind) => kind === "first_response").length).toBe(
          folded?.state.firstRespondedAt === null ? 0 : 1,
        );
        const turns = kinds.filter((kind) => kind === "resolution" || kind === "reopening");
        expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? "resolution" : "reopening")));
        expect(folded?.state.status === "resolved").toBe(turns.at(-1) === "resolution");
        expect(folded?.state.reopenedCount).toBe(Math.floor(turns.length / 2));
      }),
    );
  });

  test("never resolves or reopens backwards in time", () => {
    fc.assert(
      fc.property(conversation, (events) => {
        const turns = (foldConversation(events)?.measurements ?? [])
          .filter(({ kind }) => kind === "resolution" || kind === "reopening")
          .map(({ at }) => at);
        expect(turns).toEqual(turns.toSorted((a, b) => a - b));
      }),
    );
  });

  test("keeps every message once", () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ({ events, arrived }) => {
        const sent = events.filter(({ type }) => type === "message.created").map(({ id }) => id);
        const kept = foldConversation(arrived)?.messages.map(({ id }) => id);
        expect(kept?.toSorted()).toEqual(sent.toSorted());
      }),
    );
  });

  test("stands in exactly one span at every instant until it is resolved, and in none after", () => {
    fc.assert(
      fc.property(conversation, (events) => {
        const folded = foldConversation(events);
        const spans = folded?.spans ?? [];
        const turns = folded?.measurements.filter(({ kind }) => kind === "resolution" || kind === "reopening") ?? [];
        const openFrom = [
          folded?.state.createdAt ?? 0,
          ...turns.filter(({ kind }) => kind === "reopening").map(({ at }) => at),
        ];
        const openTo = turns.filter(({ kind }) => kind === "resolution").map(({ at }) => at);
        const openMs = openFrom.reduce((sum, from, index) => sum + ((openTo[index] ?? 1e15) - from), 0);
        expect(spans.reduce((sum, span) => sum + ((span.endedAt ?? 1e15) - span.startedAt), 0)).toBe(
          folded ? openMs : 0,
        );
        for (const [index, span] of spans.entries()) {
          expect(span.startedAt).toBeGreaterThanOrEqual(spans[index - 1]?.endedAt ?? 0);
        }
        const last = spans.at(-1);
        const { status, agent, team, priority } = folded?.state ?? {};
        if (status !== undefined && status !== "resolved") {
          expect(last).toMatchObject({ endedAt: null, status, agent, team, priority });
        }
      }),
    );
  });
});
