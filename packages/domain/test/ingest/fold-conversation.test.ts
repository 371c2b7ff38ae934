import { describe, expect, test } from "@jest/globals";
import type { ConversationEvent } from "../../src/ingest/event.ts";
import { foldConversation } from "../../src/ingest/fold-conversation.ts";

const at = (minutes: number): string => new Date(Date.UTC(2026, 0, 5) + minutes * 60_000).toISOString();
const minutesOf = (ms: number): number => (ms - Date.UTC(2026, 0, 5)) / 60_000;

type Body<E> = E extends ConversationEvent ? Omit<E, "id" | "at" | "conversation"> : never;
let serial = 0;
function event(minutes: number, body: Body<ConversationEvent>): ConversationEvent {
  serial += 1;
  return { id: `e${serial}`, at: at(minutes), conversation: "c", ...body } as ConversationEvent;
}

const created = (minutes = 0) => event(minutes, { type: "conversation.created", inbox: "web", customer: "ann" });
const asks = (minutes: number) => message(minutes, "in", "customer");
const answers = (minutes: number, agent: string) => message(minutes, "out", "agent", agent);
const message = (
  minutes: number,
  direction: "in" | "out",
  sender: "customer" | "agent" | "bot" | "system",
  agent: string | null = null,
  isPrivate = false,
) => event(minutes, { type: "message.created", direction, sender, agent, private: isPrivate, content: "text" });
const becomes = (minutes: number, status: "open" | "pending" | "snoozed" | "resolved", resolvedAt?: number) =>
  event(minutes, {
    type: "conversation.status",
    status,
    ...(resolvedAt === undefined ? {} : { resolvedAt: at(resolvedAt) }),
  });
const assigned = (minutes: number, agent: string | null, team?: string) =>
  event(minutes, { type: "conversation.assigned", agent, ...(team === undefined ? {} : { team }) });

type Measured = [kind: string, from: number, to: number, agent: string | null][];

const all = (...events: ConversationEvent[]): Measured =>
  (foldConversation(events)?.measurements ?? []).map(({ kind, startedAt, at: ended, agent }) => [
    kind,
    minutesOf(startedAt),
    minutesOf(ended),
    agent,
  ]);

/** All but who first had to do with the conversation, which has tests of its own. */
const measured = (...events: ConversationEvent[]): Measured => all(...events).filter(([kind]) => kind !== "handling");

describe("first response", () => {
  test("runs from the creation to the first human answer and is its sender's", () => {
    const events = [created(), assigned(1, "bo"), asks(2), answers(5, "cy"), answers(6, "bo")];
    expect(measured(...events)).toEqual([["first_response", 0, 5, "cy"]]);
  });

  test("is no private note, no bot's, no system's and no customer's message", () => {
    const notes = [
      message(1, "out", "agent", "bo", true),
      message(2, "out", "bot"),
      message(3, "out", "system"),
      asks(4),
    ];
    expect(measured(created(), ...notes)).toEqual([]);
    expect(measured(created(), ...notes, answers(9, "bo"))).toEqual([["first_response", 0, 9, "bo"]]);
  });

  test("starts at the latest handoff or reopening when nobody answered before it", () => {
    const handoff = event(3, { type: "conversation.handoff" });
    expect(measured(created(), message(1, "out", "bot"), handoff, answers(5, "bo"))).toEqual([
      ["handoff", 0, 3, null],
      ["first_response", 3, 5, "bo"],
    ]);
    expect(measured(created(), becomes(1, "resolved"), becomes(4, "open"), answers(6, "bo"))).toEqual([
      ["resolution", 0, 1, null],
      ["reopening", 1, 4, null],
      ["first_response", 4, 6, "bo"],
    ]);
  });

  test("counts an answer without a text once, and says nobody when nobody is known", () => {
    const responded = (minutes: number) => event(minutes, { type: "conversation.responded", agent: null });
    expect(measured(created(), responded(4), responded(8))).toEqual([["first_response", 0, 4, null]]);
  });

  test("dated before the creation takes no time", () => {
    const folded = foldConversation([created(10), answers(4, "bo")]);
    expect(folded?.measurements).toMatchObject([
      { kind: "first_response", durationMs: 0, startedAt: Date.parse(at(10)) },
      { kind: "handling", durationMs: 0 },
    ]);
    expect(folded?.messages[0]?.at).toBe(Date.parse(at(4)));
  });
});

describe("reply time", () => {
  test("runs from when the customer began to wait, and is the assignee's", () => {
    const events = [
      created(),
      answers(2, "bo"),
      assigned(3, "cy"),
      asks(5),
      asks(7),
      answers(9, "bo"),
      answers(10, "bo"),
    ];
    expect(measured(...events)).toEqual([
      ["first_response", 0, 2, "bo"],
      ["reply_time", 5, 9, "cy"],
    ]);
  });

  test("a bot's answer and a resolution end the waiting", () => {
    expect(measured(created(), answers(1, "bo"), asks(2), message(3, "out", "bot"), answers(5, "bo"))).toHaveLength(1);
    const events = [created(), answers(1, "bo"), asks(2), becomes(3, "resolved"), answers(5, "bo")];
    expect(measured(...events).map(([kind]) => kind)).toEqual(["first_response", "resolution"]);
  });
});

describe("resolution and reopening", () => {
  test("each change to resolved counts from the creation, credited to the assignee of that time", () => {
    const events = [
      created(),
      assigned(1, "bo"),
      becomes(5, "resolved"),
      becomes(6, "resolved"),
      becomes(8, "pending"),
      assigned(9, "cy"),
      becomes(12, "resolved"),
      assigned(13, "di"),
    ];
    expect(measured(...events)).toEqual([
      ["resolution", 0, 5, "bo"],
      ["reopening", 5, 8, "bo"],
      ["resolution", 0, 12, "cy"],
    ]);
    expect(foldConversation(events)?.state).toMatchObject({ status: "resolved", agent: "di", reopenedCount: 1 });
  });

  test("a stated resolution time counts for the last stretch only", () => {
    const events = [created(), becomes(5, "resolved", 20), becomes(8, "open"), becomes(22, "resolved", 20)];
    expect(measured(...events)).toEqual([
      ["resolution", 0, 5, null],
      ["reopening", 5, 8, null],
      ["resolution", 0, 20, null],
    ]);
  });

  test("a stated resolution time before the last reopening counts as the reopening's", () => {
    const events = [created(), becomes(5, "resolved", 5), becomes(8, "open"), becomes(22, "resolved", 5)];
    expect(measured(...events).at(-1)).toEqual(["resolution", 0, 8, null]);
  });

  test("a stated resolution time before the creation takes no time", () => {
    expect(measured(created(10), becomes(12, "resolved", 5))).toEqual([["resolution", 10, 10, null]]);
  });

  test("a stated resolution time looks up who was in charge then", () => {
    const events = [created(), assigned(1, "bo"), becomes(5, "resolved", 9), assigned(7, "cy"), assigned(12, "di")];
    expect(measured(...events)).toEqual([["resolution", 0, 9, "cy"]]);
  });
});

describe("the state", () => {
  test("is unknown until the creation is", () => {
    expect(foldConversation([])).toBeUndefined();
    expect(foldConversation([asks(1)])).toBeUndefined();
  });

  test("knows since when the customer waits, and the present labels, team and priority", () => {
    const events = [
      created(),
      answers(1, "bo"),
      asks(3),
      assigned(4, "cy", "billing"),
      event(5, { type: "conversation.labelled", labels: ["vip", "bug", "vip"] }),
      event(6, { type: "conversation.priority", priority: "high" }),
    ];
    const state = foldConversation(events)?.state;
    expect(state).toMatchObject({
      team: "billing",
      agent: "cy",
      priority: "high",
      labels: ["bug", "vip"],
      status: "open",
    });
    expect([state?.waitingSince, state?.lastActivityAt].map((ms) => minutesOf(ms ?? 0))).toEqual([3, 6]);
  });

  test("is not moved by ratings and runs of automation rules", () => {
    const said = [created(), asks(2), answers(5, "bo"), becomes(9, "resolved")];
    const aside = [
      event(1, { type: "automation.ran", rule: "r", trigger: "t", outcome: "succeeded", actions: [], durationMs: 9 }),
      event(10, { type: "csat.sent" }),
      event(20, { type: "csat.answered", rating: 5, comment: "fine" }),
    ];
    const { surveys: _, automationRuns: __, ...rest } = foldConversation([...aside, ...said]) ?? {};
    expect(foldConversation(said)).toMatchObject(rest);
  });

  test("keeps what was said before the creation's date", () => {
    expect(foldConversation([assigned(1, "bo", "desk"), created(5)])?.state).toMatchObject({
      agent: "bo",
      team: "desk",
    });
  });

  test("follows the source's order among events of one instant", () => {
    const [first, second] = [becomes(5, "resolved"), becomes(5, "pending")];
    const inOrder = [created(), { ...first, sequence: 2 }, { ...second, sequence: 1 }];
    expect(foldConversation(inOrder)?.state.status).toBe("resolved");
  });
});

describe("handling", () => {
  test("is counted once for each agent, by the first answer or resolution", () => {
    const events = [
      created(),
      assigned(1, "bo"),
      message(2, "out", "agent", "di", true),
      answers(3, "cy"),
      answers(4, "cy"),
      becomes(9, "resolved"),
      becomes(10, "open"),
      becomes(12, "resolved"),
    ];
    expect(all(...events).filter(([kind]) => kind === "handling")).toEqual([
      ["handling", 0, 3, "cy"],
      ["handling", 0, 9, "bo"],
    ]);
  });
});

describe("bots", () => {
  const bot = (minutes: number) => message(minutes, "out", "bot");
  test("resolve what nobody answered and they did not hand over", () => {
    const kindsOf = (...events: ConversationEvent[]) => measured(created(), ...events).map(([kind]) => kind);
    expect(kindsOf(bot(1), becomes(2, "resolved"))).toEqual(["resolution", "bot_resolution"]);
    expect(kindsOf(bot(1), answers(2, "bo"), becomes(3, "resolved"))).not.toContain("bot_resolution");
    expect(kindsOf(becomes(3, "resolved"))).toEqual(["resolution"]);
    const handoff = event(2, { type: "conversation.handoff" });
    expect(kindsOf(bot(1), handoff, becomes(3, "resolved"))).toEqual(["handoff", "resolution"]);
  });

  test("hand over once, and a rule's message is no answer", () => {
    const handoff = (minutes: number) => event(minutes, { type: "conversation.handoff" });
    const { automationRule: _, ...said } = { automationRule: "r", ...answers(3, "bo") };
    const byRule = { ...said, automationRule: "r" } as ConversationEvent;
    expect(measured(created(), handoff(2), byRule, handoff(4), answers(6, "bo"))).toEqual([
      ["handoff", 0, 2, null],
      ["first_response", 4, 6, "bo"],
    ]);
  });
});

test("a resolution knows the one before it and how often people had answered", () => {
  const events = [created(), answers(2, "bo"), becomes(3, "resolved"), becomes(5, "open"), answers(6, "bo")];
  const folded = foldConversation([...events, becomes(8, "resolved")]);
  const resolutions = folded?.measurements.filter(({ kind }) => kind === "resolution");
  expect(resolutions?.map(({ previousAt, answers: given }) => [previousAt && minutesOf(previousAt), given])).toEqual([
    [null, 1],
    [3, 2],
  ]);
});

describe("spans", () => {
  const spans = (...events: ConversationEvent[]) =>
    (foldConversation(events)?.spans ?? []).map(({ startedAt, endedAt, status, isUnattended, agent }) => [
      minutesOf(startedAt),
      endedAt === null ? null : minutesOf(endedAt),
      isUnattended ? `${status}, unattended` : status,
      agent,
    ]);

  test("follow status, answers and who has the conversation, and end with its resolution", () => {
    const events = [created(), assigned(2, "bo"), answers(4, "bo"), becomes(5, "snoozed"), becomes(7, "open"), asks(8)];
    expect(spans(...events)).toEqual([
      [0, 2, "open, unattended", null],
      [2, 4, "open, unattended", "bo"],
      [4, 5, "open", "bo"],
      [5, 7, "snoozed", "bo"],
      [7, 8, "open", "bo"],
      [8, null, "open, unattended", "bo"],
    ]);
    expect(spans(...events, becomes(9, "resolved")).at(-1)).toEqual([8, 9, "open, unattended", "bo"]);
  });

  test("take no time for what changes back within an instant, and go on after a reopening", () => {
    const events = [created(), answers(1, "bo"), becomes(3, "resolved"), assigned(4, "cy"), becomes(6, "open")];
    expect(spans(...events, assigned(6, "di"))).toEqual([
      [0, 1, "open, unattended", null],
      [1, 3, "open", null],
      [6, null, "open", "di"],
    ]);
  });

  test("end when the source says that it was resolved, though it says so later", () => {
    expect(spans(created(), assigned(4, "bo"), becomes(9, "resolved", 3))).toEqual([[0, 3, "open, unattended", null]]);
    expect(spans(created(), becomes(5, "resolved", 9), assigned(7, "cy"))).toEqual([[0, 9, "open, unattended", null]]);
  });
});

describe("surveys", () => {
  test("pair each request with its answer, credited to who resolved", () => {
    const answered = (minutes: number, rating: number) => event(minutes, { type: "csat.answered", rating });
    const sent = (minutes: number) => event(minutes, { type: "csat.sent" });
    const events = [created(), assigned(1, "bo"), becomes(3, "resolved"), assigned(3, null), sent(4), answered(6, 2)];
    const folded = foldConversation([...events, answered(9, 4), becomes(11, "open"), sent(14)]);
    expect(folded?.surveys).toMatchObject([
      { sentAt: Date.parse(at(4)), answeredAt: Date.parse(at(6)), rating: 4, agent: null },
      { sentAt: Date.parse(at(14)), answeredAt: null, rating: null },
    ]);
    const kept = foldConversation([created(), assigned(1, "bo"), becomes(3, "resolved"), assigned(4, null), sent(5)]);
    expect(kept?.surveys).toMatchObject([{ agent: "bo" }]);
    expect(foldConversation([created(), answered(6, 5)])?.surveys).toMatchObject([
      { sentAt: Date.parse(at(6)), answeredAt: Date.parse(at(6)), rating: 5 },
    ]);
  });
});

describe("service levels", () => {
  const promise = (minutes: number, more: object = {}) =>
    event(minutes, {
      type: "sla.applied",
      policy: "gold",
      firstResponseSeconds: 300,
      replySeconds: 600,
      resolutionSeconds: 3_600,
      businessHours: false,
      ...more,
    });
  const targets = (...events: ConversationEvent[]) =>
    (foldConversation(events)?.slaTargets ?? []).map(
      ({ target, startedAt, promisedMs, endedAt, withdrawnAt, agent }) => [
        target,
        minutesOf(startedAt),
        promisedMs / 60_000,
        endedAt === null ? null : minutesOf(endedAt),
        withdrawnAt === null ? null : minutesOf(withdrawnAt),
        agent,
      ],
    );

  test("run from the creation, and for replies from when the customer waits", () => {
    const events = [created(), promise(1), answers(4, "bo"), asks(10), answers(14, "cy"), becomes(20, "resolved")];
    expect(targets(...events)).toEqual([
      ["first_response", 0, 5, 4, null, "bo"],
      ["resolution", 0, 60, 20, null, null],
      ["reply", 10, 10, 14, null, null],
    ]);
  });

  test("fall away when it is resolved without them, and run on while it is not", () => {
    expect(targets(created(), promise(1), becomes(3, "resolved"))).toEqual([
      ["first_response", 0, 5, null, 3, null],
      ["resolution", 0, 60, 3, null, null],
    ]);
    expect(targets(created(), promise(1), assigned(2, "bo"))).toEqual([
      ["first_response", 0, 5, null, null, "bo"],
      ["resolution", 0, 60, null, null, "bo"],
    ]);
  });

  test("of a later policy replace what an earlier one promised and was not kept yet", () => {
    const events = [created(), promise(1), answers(2, "bo"), promise(5, { policy: "iron", resolutionSeconds: 7_200 })];
    expect(targets(...events)).toEqual([
      ["first_response", 0, 5, 2, null, "bo"],
      ["resolution", 0, 120, null, null, null],
    ]);
  });
});
