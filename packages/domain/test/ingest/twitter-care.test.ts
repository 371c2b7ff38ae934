import { describe, expect, test } from "@jest/globals";
import { type ConversationEvent, isReference } from "../../src/ingest/event.ts";
import { foldConversation } from "../../src/ingest/fold-conversation.ts";
import { mapCareConversation } from "../../src/ingest/twitter-care.ts";

const at = (minute: number): string => new Date(Date.UTC(2020, 3, 1, 12, minute)).toISOString();
const line = {
  id: "abc",
  company: "Shop",
  started_at: at(0),
  messages: [
    { at: at(0), from: "customer", author: "user_1", text: "Hello?" },
    { at: at(7), from: "agent", author: "Shop", text: "Hi!" },
  ],
};

function fold(value: unknown) {
  const { events } = mapCareConversation(value);
  return foldConversation(events.filter((event): event is ConversationEvent => !isReference(event)));
}

describe("a conversation of the care set", () => {
  test("belongs to its company, whose account answers", () => {
    expect(mapCareConversation(line).company).toBe("Shop");
    const folded = fold(line);
    expect(folded?.state).toMatchObject({ inbox: "twitter", customer: "user_1", status: "open", resolvedAt: null });
    const answered = { durationMs: 7 * 60_000, agent: "Shop" };
    expect(folded?.measurements).toMatchObject([
      { kind: "first_response", ...answered },
      { kind: "handling", ...answered },
    ]);
    expect(folded?.messages.map(({ direction, content }) => [direction, content])).toEqual([
      ["in", "Hello?"],
      ["out", "Hi!"],
    ]);
  });

  test("what the company said before the customer answers nobody", () => {
    const early = { at: at(-9), from: "agent", author: "Shop", text: "News!" };
    const folded = fold({ ...line, messages: [early, ...line.messages] });
    expect(folded?.measurements).toMatchObject([{ durationMs: 7 * 60_000 }, { kind: "handling" }]);
    expect(folded?.messages).toHaveLength(3);
  });

  test("equal messages are one", () => {
    expect(fold({ ...line, messages: [...line.messages, ...line.messages] })?.messages).toHaveLength(2);
  });

  test.each([
    ["nothing", null],
    ["a list", []],
    ["no messages", { ...line, messages: [] }],
    ["an unknown side", { ...line, messages: [{ ...line.messages[0], from: "bot" }] }],
    ["half a character", { ...line, messages: [{ ...line.messages[0], text: "\ud83d" }] }],
  ])("is refused when it is %s", (_, value) => {
    expect(() => mapCareConversation(value)).toThrow();
  });
});
