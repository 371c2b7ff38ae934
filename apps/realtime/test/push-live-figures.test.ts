import { liveEvent } from "@deskpulse/contract/analytics/live-figures";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { eventually } from "@deskpulse/testkit/eventually";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { z } from "zod";
import { type Fixture, type Listening, startFixture } from "./realtime-fixture.ts";

let fixture: Fixture;
let failing = false;
beforeAll(async () => {
  fixture = await startFixture({ liveEveryMs: 50 });
});
afterAll(() => fixture?.stop());

const supervisor = (tenantId: string) => ({ subject: "supervisor-1", role: "supervisor", tenantId }) as const;
const operator = { subject: "operator-1", role: "operator" } as const;
type Live = z.output<typeof liveEvent>;

function watch({ socket }: Listening): Live[] {
  const heard: Live[] = [];
  socket.on("live", (event: unknown) => heard.push(liveEvent.parse(event)));
  return heard;
}
const hears = (heard: readonly Live[], expected: object) =>
  eventually(() => expect(heard.at(-1)).toMatchObject(expected));

let id = 0;
async function create(tenantId: string, conversation: string, more: object = {}): Promise<void> {
  id += 1;
  await ingestEvents(fixture.database, tenantId, "test", [
    {
      type: "conversation.created",
      id: String(id),
      at: new Date(Date.now() - 120_000).toISOString(),
      conversation,
      inbox: "web",
      ...more,
    },
  ]);
}

test("who joins hears how the tenant stands, then each change, and nothing of other tenants", async () => {
  const [tenantId, otherId] = fixture.tenants;
  await create(tenantId, "first");
  const [one, other] = [await fixture.connect(supervisor(tenantId)), await fixture.connect(supervisor(otherId))];
  const [heard, heardOther] = [watch(one), watch(other)];
  expect(await one.join(`live:${tenantId}`)).toEqual({ ok: true });
  expect(await other.join(`live:${otherId}`)).toEqual({ ok: true });
  await hears(heard, { tenantId, open: 1, arrivals: { minutes5: 1 }, targetSeconds: 3_600 });
  await hears(heardOther, { tenantId: otherId, open: 0 });

  await create(tenantId, "second", { team: "sales" });
  await hears(heard, {
    open: 2,
    queues: expect.arrayContaining([expect.objectContaining({ name: "sales", open: 1 })]),
  });
  await create(otherId, "third");
  await hears(heardOther, { open: 1 });
  expect(heard.every((event) => event.tenantId === tenantId)).toBe(true);
  // a wait grows by itself: that alone is not pushed, so from the second event on each says something new
  const said = heard
    .slice(1)
    .map(({ sampledAt: _, longestWaitSeconds: __, queues, ...counts }) =>
      JSON.stringify([counts, queues.map(({ longestWaitSeconds: ___, ...queue }) => queue)]),
    );
  expect(said.filter((text, index) => text === said[index - 1])).toEqual([]);
});

test("an operator watches several tenants, and hears nothing of one that was left", async () => {
  const [first, second] = fixture.tenants;
  const listening = await fixture.connect(operator);
  const heard = watch(listening);
  for (const tenantId of fixture.tenants) expect(await listening.join(`live:${tenantId}`)).toEqual({ ok: true });
  await eventually(() => expect(new Set(heard.map(({ tenantId }) => tenantId))).toEqual(new Set(fixture.tenants)));
  expect(await listening.leave(`live:${first}`)).toEqual({ ok: true });
  const known = heard.filter(({ tenantId }) => tenantId === first).length;
  await create(first, "unheard");
  await create(second, "heard");
  await hears(heard, { tenantId: second });
  expect(heard.filter(({ tenantId }) => tenantId === first)).toHaveLength(known);
});

test("agents, and supervisors of other tenants, do not get in", async () => {
  const [tenantId, otherId] = fixture.tenants;
  const agent = await fixture.connect({ subject: "agent-1", role: "agent", tenantId });
  expect(await agent.join(`live:${tenantId}`)).toMatchObject({ ok: false, problem: { code: "forbidden" } });
  const stranger = await fixture.connect(supervisor(otherId));
  expect(await stranger.join(`live:${tenantId}`)).toMatchObject({ ok: false, problem: { code: "not-found" } });
});

test("a look that fails is made up for by the next", async () => {
  const broken = await startFixture({
    liveEveryMs: 50,
    live: async () => {
      if (failing) throw new Error("Postgres is away");
      return { ...empty, sampledAtMs: Date.now() };
    },
  });
  try {
    failing = true;
    const [tenantId] = broken.tenants;
    const listening = await broken.connect(supervisor(tenantId));
    const heard = watch(listening);
    expect(await listening.join(`live:${tenantId}`)).toEqual({ ok: true });
    failing = false;
    await hears(heard, { open: 7 });
  } finally {
    await broken.stop();
  }
});

const empty = {
  open: 7,
  pending: 0,
  snoozed: 0,
  unattended: 0,
  unassigned: 0,
  waitingBeyondTarget: 0,
  longestWaitMs: null,
  arrivals: { minutes5: 0, minutes15: 0, minutes60: 0 },
  agentsActive: 0,
  queues: [],
};
