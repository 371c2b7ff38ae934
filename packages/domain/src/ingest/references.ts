import { type ConversationEvent, type IngestEvent, isReference } from "./event.ts";

/** Something that conversations refer to, by its source's key. */
export interface Reference {
  readonly key: string;
  readonly name: string;
  /** False for one that was only mentioned: it carries its key as its name until its source names it. */
  readonly isNamed: boolean;
  /** When it was so named, ISO 8601; null for one that was only mentioned. */
  readonly namedAt: string | null;
}

export interface InboxReference extends Reference {
  readonly channel: string;
}

export interface References {
  readonly agents: readonly Reference[];
  readonly inboxes: readonly InboxReference[];
  readonly teams: readonly Reference[];
  readonly labels: readonly Reference[];
  readonly customers: readonly Reference[];
}

/**
 * What the events name or mention, each key once, ordered by key. The name of the latest time stands, of one time the
 * later in the order of characters: as the tables decide between what comes in different batches. No events give empty lists.
 */
export function referencesIn(events: Iterable<IngestEvent>): References {
  const agents = new Map<string, Reference>();
  const inboxes = new Map<string, InboxReference>();
  const teams = new Map<string, Reference>();
  const labels = new Map<string, Reference>();
  const customers = new Map<string, Reference>();
  for (const event of events) {
    if (!isReference(event)) {
      const { agent, team, customer, inbox, labels: carried } = mentionsOf(event);
      mention(agents, agent);
      mention(teams, team);
      mention(customers, customer);
      for (const label of carried) mention(labels, label);
      if (inbox && !inboxes.has(inbox)) inboxes.set(inbox, { ...mentioned(inbox), channel: "unknown" });
      continue;
    }
    if (event.type === "working-hours.upserted") {
      if (!inboxes.has(event.key)) inboxes.set(event.key, { ...mentioned(event.key), channel: "unknown" });
      continue;
    }
    const { key, name, at: namedAt } = event;
    const reference = { key, name, isNamed: true, namedAt };
    if (event.type === "inbox.upserted") keepLatest(inboxes, { ...reference, channel: event.channel });
    else {
      const kind = {
        "agent.upserted": agents,
        "team.upserted": teams,
        "label.upserted": labels,
        "customer.upserted": customers,
      };
      keepLatest(kind[event.type], reference);
    }
  }
  return {
    agents: byKey(agents),
    inboxes: byKey(inboxes),
    teams: byKey(teams),
    labels: byKey(labels),
    customers: byKey(customers),
  };
}

interface Mentions {
  readonly agent?: string | null | undefined;
  readonly team?: string | null | undefined;
  readonly customer?: string | null | undefined;
  readonly inbox?: string;
  readonly labels: readonly string[];
}

function mentionsOf(event: ConversationEvent): Mentions {
  switch (event.type) {
    case "conversation.created":
    case "conversation.assigned":
    case "message.created":
    case "conversation.responded":
      return { ...event, labels: [] };
    case "conversation.labelled":
      return { labels: event.labels };
    default:
      return { labels: [] };
  }
}

function mention(kind: Map<string, Reference>, key: string | null | undefined): void {
  if (key && !kind.has(key)) kind.set(key, mentioned(key));
}

const mentioned = (key: string): Reference => ({ key, name: key, isNamed: false, namedAt: null });

function keepLatest<T extends Reference & { readonly channel?: string }>(kind: Map<string, T>, given: T): void {
  const present = kind.get(given.key);
  if (present === undefined || isBefore(present, given)) kind.set(given.key, given);
}

function isBefore(present: Reference & { channel?: string }, given: Reference & { channel?: string }): boolean {
  if (present.namedAt === null || given.namedAt === null) return present.namedAt === null;
  const later = Date.parse(given.namedAt) - Date.parse(present.namedAt);
  if (later !== 0) return later > 0;
  if (present.name !== given.name) return present.name < given.name;
  return (present.channel ?? "") < (given.channel ?? "");
}

// One order for everybody who writes them: writers then wait for each other and never deadlock.
function byKey<T extends Reference>(kind: ReadonlyMap<string, T>): T[] {
  return [...kind.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
