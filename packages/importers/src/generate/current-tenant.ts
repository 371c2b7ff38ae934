import type { Database } from "@deskpulse/db/connect";
import { findCompletedImport, recordCompletedImport } from "@deskpulse/db/ingest/completed-import";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { asTenant } from "@deskpulse/db/transaction";
import type { ConversationEvent } from "@deskpulse/domain/ingest/event";
import { Arrivals, dayWeight } from "./arrivals.ts";
import { surround } from "./chunks.ts";
import { liveConversation } from "./conversation-life.ts";
import { LocalClock } from "./local-clock.ts";
import { Random } from "./random.ts";
import { officeHours, planTenant, type TenantPlan } from "./tenant-plan.ts";
import { generatedSource, writeConversations, writeTenant } from "./write-tenant.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Long enough for a default range of thirty days and the thirty before. */
const daysKept = 60;
/** What began earlier than that before the last time has come to its end. */
const lifeDaysMax = 45;
const perDay = 25;
const batchEvents = 2_500;

/**
 * The demo's tenant whose conversations go on until now, so that reports without a range have something to show. Made
 * at the first call; the first call of a later UTC day adds what has happened since, at most 60 days. Each conversation
 * follows from its day alone, so adding never changes what was there. An interrupted call is made good by the next.
 */
export async function ensureCurrentTenant(database: Database, now: number): Promise<{ id: string; name: string }> {
  const plan = planCurrent(Math.floor(now / hourMs) * hourMs);
  const { id, name } = plan;
  const today = Math.floor(plan.until / dayMs);
  const last = await lastDayNoted(database, id, today);
  if (last === today) return { id, name };
  if (last === null) await writeTenant(database, plan);
  const all = currentConversations(plan, last === null ? today - daysKept : last - lifeDaysMax);
  const firstKey = all[0]?.[0]?.conversation ?? "";
  const isFirst = last === null && (await writeConversations(database, id, firstKey, () => all)) !== null;
  if (!isFirst) await addSince(database, id, all, (last ?? 0) * dayMs);
  await asTenant(database, id, (tx) => recordCompletedImport(tx, id, noteOf(today), name));
  return { id, name };
}

const noteOf = (day: number): string => `current/${day}`;

async function lastDayNoted(database: Database, tenantId: string, today: number): Promise<number | null> {
  return asTenant(database, tenantId, async (tx) => {
    for (let day = today; day > today - daysKept; day--) {
      if ((await findCompletedImport(tx, tenantId, noteOf(day))) !== null) return day;
    }
    return null;
  });
}

function planCurrent(until: number): TenantPlan {
  return planTenant({
    key: "northwind",
    name: "Northwind Support",
    timezone: "America/New_York",
    workingHours: officeHours,
    from: until - daysKept * dayMs,
    until,
    conversations: daysKept * perDay,
  });
}

/** The conversations that begin on `firstDay` (days since 1970, UTC) or later, each with its events so far. */
function currentConversations(plan: TenantPlan, firstDay: number): (readonly ConversationEvent[])[] {
  const conversations: (readonly ConversationEvent[])[] = [];
  // earlier than any day asked for: a day's clock must not depend on when it is asked for
  const clock = new LocalClock(plan.timezone, plan.workingHours, plan.from - 365 * dayMs, plan.until);
  const surroundings = { ...surround(plan), clock };
  for (let day = firstDay; day * dayMs < plan.until; day++) {
    const random = new Random(plan.key, "day", day);
    const count = Math.round(perDay * dayWeight(clock.hourOfWeek(day * dayMs + dayMs / 2), random));
    const arrivals = new Arrivals(clock, day * dayMs, (day + 1) * dayMs, random);
    for (let index = 0; index < count; index++) {
      const createdAt = arrivals.at((index + random.share()) / count);
      const key = `${plan.key}-${day}-${index + 1}`;
      const events = liveConversation(surroundings, random, key, createdAt, plan.until);
      if (events.length > 0) conversations.push(events);
    }
  }
  return conversations;
}

/** Adds the conversations in which something happened at `since` or later; what is known changes nothing. */
async function addSince(
  database: Database,
  tenantId: string,
  conversations: readonly (readonly ConversationEvent[])[],
  since: number,
): Promise<void> {
  let batch: ConversationEvent[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length > 0)
      await ingestEvents(database, tenantId, generatedSource, batch, { statementTimeoutMs: 60_000 });
    batch = [];
  };
  for (const events of conversations) {
    if (!events.some(({ at }) => Date.parse(at) >= since)) continue;
    batch.push(...events);
    if (batch.length >= batchEvents) await flush();
  }
  await flush();
}
