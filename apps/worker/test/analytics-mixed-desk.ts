import type { Database } from "@deskpulse/db/connect";
import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { asEngine } from "@deskpulse/db/transaction";
import { IngestEvent, priorities } from "@deskpulse/domain/ingest/event";

const minuteMs = 60_000;
/** Monday the 6th of January 2020, UTC. */
const startMs = Date.UTC(2020, 0, 6);
const workdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const conversations = 160;

/** Where everything of the desk lies, and besides. */
export const mixedRange = { from: "2020-01-06", to: "2020-02-03", timezone: "UTC", groupBy: "day" };

/**
 * A tenant with what the real data sets lack: three inboxes in two channels, several labels (two of one name), agents,
 * teams and priorities, or none of these, messages of everybody, private notes, reopenings; and inbox i0 alone has
 * working hours. The same numbers each time.
 */
export async function createMixedDesk(database: Database): Promise<string> {
  const tenantId = await asEngine(database, (tx) => ensureTenant(tx, "Mixed desk"));
  await ingestEvents(database, tenantId, "test", events());
  return tenantId;
}

function events(): IngestEvent[] {
  let state = 20_200_106;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const oneOf = <T>(...values: T[]): T | null => values[below(values.length + 1)] ?? null;
  const found: object[] = [];
  const add = (atMs: number, event: object) =>
    found.push({ id: `e${found.length}`, at: new Date(atMs).toISOString(), ...event });
  for (const key of ["i0", "i1", "i2"]) {
    const channel = key === "i2" ? "web" : "email";
    add(startMs, { type: "inbox.upserted", key, name: `Inbox ${key}`, channel });
  }
  for (const key of ["a0", "a1", "a2"]) add(startMs, { type: "agent.upserted", key, name: `=Agent ${key}` });
  for (const key of ["x", "y", "z"]) {
    add(startMs, { type: "label.upserted", key, name: key === "z" ? "label x" : `label ${key}` });
  }
  const hours = {
    week: Object.fromEntries(workdays.map((day) => [day, [{ from: "09:00", to: "17:30" }]])),
    holidays: ["2020-01-08"],
  };
  add(startMs, { type: "working-hours.upserted", key: "i0", timezone: "Asia/Kathmandu", hours });
  for (let nth = 0; nth < conversations; nth++) {
    const conversation = `c${nth}`;
    let atMs = startMs + below(26 * 24 * 60) * minuteMs;
    add(atMs, {
      type: "conversation.created",
      conversation,
      inbox: `i${below(3)}`,
      agent: oneOf("a0", "a1"),
      team: oneOf("t0", "t1"),
      priority: oneOf(...priorities),
    });
    for (let step = 1 + below(14); step > 0; step--) {
      atMs += (1 + below(300)) * minuteMs;
      const said = { type: "message.created", conversation, content: "=text" };
      const steps = [
        { ...said, direction: "in", sender: "customer", private: false },
        { ...said, direction: "in", sender: "customer", private: false },
        { ...said, direction: "out", sender: "agent", agent: oneOf("a0", "a1", "a2"), private: below(4) === 0 },
        { ...said, direction: "out", sender: "agent", agent: oneOf("a0", "a1", "a2"), private: false },
        { ...said, direction: "out", sender: "bot", private: false },
        { type: "conversation.status", conversation, status: "resolved" },
        { type: "conversation.status", conversation, status: oneOf("resolved", "open") ?? "pending" },
        { type: "conversation.assigned", conversation, agent: oneOf("a0", "a1", "a2"), team: oneOf("t0", "t1") },
        { type: "conversation.labelled", conversation, labels: ["x", "y", "z"].filter(() => below(2) === 0) },
        { type: "conversation.priority", conversation, priority: oneOf(...priorities) },
      ];
      add(atMs, steps[below(steps.length)] ?? {});
    }
  }
  return found.map((event) => IngestEvent.parse(event));
}
