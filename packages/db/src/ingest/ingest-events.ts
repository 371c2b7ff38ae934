import { type ConversationEvent, type IngestEvent, isReference } from "@deskpulse/domain/ingest/event";
import { foldConversation } from "@deskpulse/domain/ingest/fold-conversation";
import type { FoldedConversation } from "@deskpulse/domain/ingest/folded";
import { referencesIn } from "@deskpulse/domain/ingest/references";
import { type BusinessClock, businessClock } from "@deskpulse/domain/tenants/business-ms";
import type { Database } from "../connect.ts";
import { asEngine, asTenant, type TenantTx, type TransactionOptions } from "../transaction.ts";
import { foldedTables } from "./folded-tables.ts";
import { holdWorkingHours } from "./hold-working-hours.ts";
import { lockConversations } from "./lock-conversations.ts";
import { openConversations } from "./open-conversations.ts";
import { readConversationEvents } from "./read-conversation-events.ts";
import { readInboxHours } from "./read-inbox-hours.ts";
import { type RecordedEvents, recordEvents } from "./record-events.ts";
import { recordReferences } from "./record-references.ts";
import { replaceFoldedRows } from "./replace-folded-rows.ts";
import { type MeasurementOfConversation, replaceMeasurements } from "./replace-measurements.ts";
import { upsertAgents } from "./upsert-agents.ts";
import { upsertInboxes } from "./upsert-inboxes.ts";
import { upsertReferences } from "./upsert-references.ts";
import { upsertWorkingHours } from "./upsert-working-hours.ts";
import { writeConversationLabels } from "./write-conversation-labels.ts";
import { writeConversationStates } from "./write-conversation-states.ts";
import { writeMessages } from "./write-messages.ts";

export interface IngestOptions extends TransactionOptions {
  /**
   * Keep upserts as events too, so that known ones are told from new ones. Importers do without: they say an upsert anew
   * with every row.
   */
  readonly keepReferences?: boolean;
  /** Further work of the same transaction. */
  readonly alongside?: (tx: TenantTx, outcome: IngestOutcome) => Promise<void>;
}

export interface IngestOutcome extends RecordedEvents {
  /** Inboxes whose hours or channel the events changed: what was measured there before is to be made anew. */
  readonly changedInboxes: readonly number[];
}

/**
 * Takes in a batch of one source's events, at most a few thousand: stores the new ones and folds the conversations that
 * they touch again from all their events. Known events change nothing. Everything but the agents' user rows commits
 * together. No events give zero; a failing statement rejects and leaves the batch out.
 */
export async function ingestEvents(
  database: Database,
  tenantId: string,
  source: string,
  events: readonly IngestEvent[],
  options: IngestOptions = {},
): Promise<IngestOutcome> {
  const { keepReferences = false, alongside, ...transaction } = options;
  const once = onlyOnce(events, keepReferences);
  const { agents } = referencesIn(once);
  if (agents.length > 0) await asEngine(database, (tx) => upsertAgents(tx, tenantId, agents), transaction);
  return asTenant(
    database,
    tenantId,
    async (tx) => {
      const outcome = await takeIn(tx, source, once, keepReferences);
      await alongside?.(tx, outcome);
      return outcome;
    },
    transaction,
  );
}

/** The first event of each id; upserts that are not kept have no identity. */
function onlyOnce(events: readonly IngestEvent[], keepReferences: boolean): IngestEvent[] {
  const ids = new Set<string>();
  return events.filter((event) => {
    if (!keepReferences && isReference(event)) return true;
    if (ids.has(event.id)) return false;
    ids.add(event.id);
    return true;
  });
}

async function takeIn(
  tx: TenantTx,
  source: string,
  events: readonly IngestEvent[],
  keepReferences: boolean,
): Promise<IngestOutcome> {
  const { tenantId } = tx;
  const facts = events.filter((event): event is ConversationEvent => !isReference(event));
  const given = events.filter(isReference);
  await lockConversations(tx, tenantId, [...new Set(facts.map(({ conversation }) => conversation))]);
  const kept = keepReferences ? await recordReferences(tx, tenantId, source, given) : null;
  const upserts = kept === null ? given : given.filter(({ id }) => kept.has(id));
  const references = referencesIn([...upserts, ...facts]);
  const rechanneled = await upsertInboxes(tx, tenantId, references.inboxes);
  await upsertReferences(tx, tenantId, "teams", references.teams);
  await upsertReferences(tx, tenantId, "labels", references.labels);
  await upsertReferences(tx, tenantId, "customers", references.customers);
  const rehoured = await upsertWorkingHours(
    tx,
    tenantId,
    upserts.filter((upsert) => upsert.type === "working-hours.upserted"),
  );
  await openConversations(
    tx,
    tenantId,
    source,
    facts.filter((fact) => fact.type === "conversation.created"),
  );
  const { recorded, conversations } = await recordEvents(tx, tenantId, source, facts);
  await refoldConversations(tx, tenantId, conversations);
  const changedInboxes = [...new Set([...rechanneled, ...rehoured])];
  return { recorded: recorded + (kept?.size ?? 0), conversations, changedInboxes };
}

type BusinessClocks = (inbox: string) => BusinessClock | null;

/** The clock of each of these inboxes, by source key; null where neither it nor the tenant has working hours. */
async function businessClocks(tx: TenantTx, inboxes: readonly string[]): Promise<BusinessClocks> {
  await holdWorkingHours(tx);
  const known = await readInboxHours(tx, inboxes);
  const clocks = new Map(
    known.map(({ sourceKey, hours, timezone }) => [sourceKey, hours && businessClock(hours, timezone)]),
  );
  return (inbox) => clocks.get(inbox) ?? null;
}

function measured({ state, measurements }: FoldedConversation, clocks: BusinessClocks): MeasurementOfConversation[] {
  const clock = clocks(state.inbox);
  return measurements.map((measurement) => ({
    ...measurement,
    conversation: state.conversation,
    businessMs: clock?.(measurement.startedAt, measurement.at) ?? null,
  }));
}

/**
 * Brings state, messages and measurements of conversations in line with their events. The caller holds their locks.
 * A conversation whose creation is not known is left out.
 */
export async function refoldConversations(tx: TenantTx, tenantId: string, keys: readonly string[]): Promise<void> {
  const known = await readConversationEvents(tx, tenantId, keys);
  const folded = [...known.values()].flatMap((events) => foldConversation(events) ?? []);
  const states = folded.map(({ state }) => state);
  await writeConversationStates(tx, tenantId, states);
  await writeConversationLabels(tx, tenantId, states);
  const withKey = <T>(list: readonly T[], conversation: string) => list.map((item) => ({ ...item, conversation }));
  await writeMessages(
    tx,
    tenantId,
    folded.flatMap(({ messages, state }) => withKey(messages, state.conversation)),
  );
  const clocks = await businessClocks(tx, [...new Set(states.map(({ inbox }) => inbox))]);
  const sources = folded.map((one) => ({ folded: one, clock: clocks(one.state.inbox), sourceKey: (id: string) => id }));
  for (const table of foldedTables) await replaceFoldedRows(tx, tenantId, table, sources);
  await replaceMeasurements(
    tx,
    tenantId,
    states.map(({ conversation }) => conversation),
    folded.flatMap((conversation) => measured(conversation, clocks)),
  );
}
