import { type ConversationEvent, type IngestEvent, isReference } from "./event.ts";

/** Something that conversations refer to, by its source's key. */
export interface Reference {
  readonly key: string;
  readonly name: string;
  /** False for one that was only mentioned: it carries its key as its name until its source names it. */
  readonly isNamed: boolean;
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

/** What the events name or mention, each key once, ordered by key; the last name stands. No events give empty lists. */
export function referencesIn(events: Iterable<IngestEvent>): References {
  const agents = new Map<string, Reference>();
  const inboxes = new Map<string, InboxReference>();
  const teams = new Map<string, Reference>();
  const labels = new Map<string, Reference>();
  const customers = new Map<string, Reference>();
  for (const event of events) {
    if (!isReference(event)) {
      const mentioned = mentionsOf(event);
      mention(agents, mentioned.agent);
      mention(teams, mentioned.team);
      mention(customers, mentioned.customer);
      for (const label of mentioned.labels) mention(labels, label);
      const { inbox } = mentioned;
      if (inbox && !inboxes.has(inbox))
        inboxes.set(inbox, { key: inbox, name: inbox, isNamed: false, channel: "unknown" });
      continue;
    }
    const { key, name } = event;
    if (event.type === "inbox.upserted") inboxes.set(key, { key, name, isNamed: true, channel: event.channel });
    else {
      const kind = {
        "agent.upserted": agents,
        "team.upserted": teams,
        "label.upserted": labels,
        "customer.upserted": customers,
      };
      kind[event.type].set(key, { key, name, isNamed: true });
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
  if (key && !kind.has(key)) kind.set(key, { key, name: key, isNamed: false });
}

// One order for everybody who writes them: writers then wait for each other and never deadlock.
function byKey<T extends Reference>(kind: ReadonlyMap<string, T>): T[] {
  return [...kind.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}
