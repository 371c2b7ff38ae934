import type { Database } from "@deskpulse/db/connect";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { asTenant } from "@deskpulse/db/transaction";
import type { IngestEvent } from "@deskpulse/domain/ingest/event";
import type { TenantPlan } from "@deskpulse/importers/generate/tenant-plan";
import { type Result, resultOf } from "../result.ts";
import { alternate } from "../rounds.ts";

const conversations = 1_000;
const pageEvents = 1_000;
const hourMs = 3_600_000;

/** How long it takes to roll up what 10,000 events changed, beside taking them in: the last hour's conversations. */
export async function measureFreshness(
  database: Database,
  tenant: TenantPlan,
  until: number,
  rounds: number,
): Promise<Result> {
  let round = 0;
  const options = { statementTimeoutMs: 60_000 };
  const refresh = async (): Promise<number> => {
    const startedAt = performance.now();
    while (await asTenant(database, tenant.id, (tx) => refreshRollups(tx, 2_000), options));
    return performance.now() - startedAt;
  };
  const takeIn = async (): Promise<number> => {
    round += 1;
    const events = eventsOf(tenant, until, round);
    const startedAt = performance.now();
    for (let from = 0; from < events.length; from += pageEvents) {
      await ingestEvents(database, tenant.id, "bench", events.slice(from, from + pageEvents), options);
    }
    return performance.now() - startedAt;
  };
  console.log("  10,000 events taken in, and what they changed rolled up:");
  let insertMs = 0;
  const measured = await alternate(rounds, {
    ours: async () => {
      insertMs = await takeIn();
      return { ms: await refresh() };
    },
    peer: async () => ({ ms: insertMs }),
  });
  return resultOf(measured, "ms", {
    bench: "analytics",
    what: "rolling up 10,000 events beside taking them in, ms",
    goal: { is: "at most", ratio: 1 },
  });
}

function eventsOf(tenant: TenantPlan, until: number, round: number): IngestEvent[] {
  const inbox = tenant.inboxes[0]?.key ?? "";
  return Array.from({ length: conversations }, (_, index): IngestEvent[] => {
    const conversation = `bench-${round}-${index}`;
    const agent = tenant.agents[index % tenant.agents.length]?.key ?? null;
    const startMs = until - hourMs + (index * hourMs) / conversations;
    const fact = (n: number) => ({
      id: `${conversation}/${n}`,
      conversation,
      at: new Date(startMs + n * 60_000).toISOString(),
    });
    const message = { type: "message.created", private: false, content: "Text." } as const;
    return [
      { ...fact(0), type: "conversation.created", inbox },
      { ...fact(1), ...message, direction: "in", sender: "customer" },
      { ...fact(2), type: "conversation.assigned", agent },
      { ...fact(3), ...message, direction: "out", sender: "agent", agent },
      { ...fact(4), ...message, direction: "in", sender: "customer" },
      { ...fact(5), ...message, direction: "out", sender: "agent", agent },
      { ...fact(6), ...message, direction: "in", sender: "customer" },
      { ...fact(7), ...message, direction: "out", sender: "agent", agent },
      { ...fact(8), type: "conversation.status", status: "resolved" },
      { ...fact(9), type: "csat.sent" },
    ];
  }).flat();
}
