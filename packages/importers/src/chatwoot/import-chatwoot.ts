import type { Database } from "@deskpulse/db/connect";
import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { deleteImportPosition, readImportPosition, writeImportPosition } from "@deskpulse/db/ingest/import-positions";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { measureAnew } from "@deskpulse/db/ingest/measure-anew";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import { chatwootSource } from "@deskpulse/domain/ingest/chatwoot-ids";
import type { SentEvent } from "@deskpulse/domain/ingest/chatwoot-webhook";
import type { IngestEvent } from "@deskpulse/domain/ingest/event";
import { readPublicEvent } from "@deskpulse/domain/ingest/public-event";
import type { Sql } from "postgres";
import { ImportError } from "../import-error.ts";
import {
  type ChatwootAccount,
  type ConversationRow,
  connectChatwoot,
  countConversations,
  readAccounts,
  readConversations,
  readLabels,
  readMessages,
  readNames,
  readRatings,
  readStatusChanges,
} from "./database.ts";
import { conversationEvents, messageEvents, nameEvents } from "./events.ts";

export interface ChatwootImportRequest {
  readonly database: Database;
  /** Of the Chatwoot database. */
  readonly from: string;
  /** Null: the only one that there is. */
  readonly accountId: number | null;
  /** The tenant that takes it in; default the account's name. */
  readonly tenant: string | null;
  /** Conversations done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Ends the import between two pages. */
  readonly signal?: AbortSignal;
}

export interface ChatwootImportOutcome {
  readonly tenantId: string;
  readonly tenant: string;
  readonly conversations: number;
  readonly newEvents: number;
  readonly refused: number;
  /** The first reasons, at most 50. */
  readonly refusedShown: readonly string[];
  /** Whether it went on where an earlier one broke off. */
  readonly resumed: boolean;
}

const conversationsPerPage = 100;
const messagesPerPage = 2_000;
const refusedShownMax = 50;
const statementTimeoutMs = 120_000;

/**
 * Takes an account of a Chatwoot database in, by pages that commit with their position: one that broke off goes on there,
 * and a second one finds only what is new. The source is read only. Throws ImportError for an account that is not there
 * or not named, and whatever a database that goes away throws; pages before stay.
 */
export async function importChatwoot(request: ChatwootImportRequest): Promise<ChatwootImportOutcome> {
  const source = connectChatwoot(request.from);
  try {
    const account = await accountOf(source, request.accountId);
    return await importAccount(request, source, account);
  } finally {
    await source.end({ timeout: 5 });
  }
}

async function accountOf(source: Sql, accountId: number | null): Promise<ChatwootAccount> {
  const accounts = await readAccounts(source);
  const [only, ...others] = accountId === null ? accounts : accounts.filter(({ id }) => id === accountId);
  if (only !== undefined && others.length === 0) return only;
  const list = accounts.map(({ id, name }) => `${id} (${name})`).join(", ");
  throw new ImportError("wrongCall", `Say which account with --account ID; there are: ${list}`);
}

async function importAccount(
  { database, tenant, onProgress, signal }: ChatwootImportRequest,
  source: Sql,
  account: ChatwootAccount,
): Promise<ChatwootImportOutcome> {
  const name = tenant ?? account.name;
  const tenantId = await asEngine(database, (tx) => ensureTenant(tx, name));
  const positionOf = `${chatwootSource}/${account.id}`;
  const started = await asTenant(database, tenantId, (tx) => readImportPosition(tx, positionOf));
  const taking = new Taking(database, tenantId);
  await taking.take(nameEvents(await readNames(source, account.id), Date.now()));
  let above = started ?? 0;
  let done = 0;
  const total = await countConversations(source, account.id, above);
  for (;;) {
    signal?.throwIfAborted();
    const page = await readConversations(source, account.id, { above, limit: conversationsPerPage });
    const last = page.at(-1);
    if (last === undefined) break;
    await takePage(source, page, taking, { source: positionOf, position: last.id });
    above = last.id;
    done += page.length;
    onProgress?.(done, total);
  }
  await measureAnew(
    {
      inTenant: (work, options) => asTenant(database, tenantId, work, { statementTimeoutMs, ...options }),
      progress: () => undefined,
    },
    null,
  );
  await asTenant(database, tenantId, (tx) => deleteImportPosition(tx, positionOf));
  const { newEvents, refused, refusedShown } = taking;
  return { tenantId, tenant: name, conversations: done, newEvents, refused, refusedShown, resumed: started !== null };
}

/** Messages first, the conversations with the position last: a page that breaks off is done again, and doubles nothing. */
async function takePage(
  source: Sql,
  page: readonly ConversationRow[],
  taking: Taking,
  reached: { readonly source: string; readonly position: number },
): Promise<void> {
  const ids = page.map(({ id }) => id);
  const byId = new Map(page.map((conversation) => [conversation.id, conversation]));
  const changesOf = byConversation(await readStatusChanges(source, ids));
  const labelsOf = byConversation(await readLabels(source, ids));
  const ratingsOf = byConversation(await readRatings(source, ids));
  const told = page.flatMap((conversation) =>
    taking.readable(`conversation ${conversation.display_id}`, () =>
      conversationEvents({
        conversation,
        changes: changesOf.get(conversation.id) ?? [],
        labels: labelsOf.get(conversation.id) ?? [],
        ratings: ratingsOf.get(conversation.id) ?? [],
      }),
    ),
  );
  for (let above = 0; ; ) {
    const messages = await readMessages(source, ids, { above, limit: messagesPerPage });
    const isLast = messages.length < messagesPerPage;
    const said = messages.flatMap((message) => {
      const conversation = byId.get(message.conversation_id);
      if (conversation === undefined) return [];
      return taking.readable(`message ${message.id}`, () => messageEvents(message, conversation));
    });
    // together, so that most conversations are folded once
    if (isLast) return await taking.take([...told, ...said], reached);
    await taking.take(said);
    above = messages.at(-1)?.id ?? above;
  }
}

function byConversation<Row extends { readonly conversation_id: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.conversation_id);
    if (group === undefined) groups.set(row.conversation_id, [row]);
    else group.push(row);
  }
  return groups;
}

/** Takes events in, and counts. */
class Taking {
  newEvents = 0;
  refused = 0;
  readonly refusedShown: string[] = [];

  readonly #database: Database;
  readonly #tenantId: string;

  constructor(database: Database, tenantId: string) {
    this.#database = database;
    this.#tenantId = tenantId;
  }

  /** What a row tells; nothing, and a refusal, when it cannot be read. */
  readable(what: string, tell: () => SentEvent[]): SentEvent[] {
    try {
      return tell();
    } catch (error) {
      this.#refuse(`${what}: ${error instanceof Error ? error.message : error}`);
      return [];
    }
  }

  async take(
    sent: readonly SentEvent[],
    reached?: { readonly source: string; readonly position: number },
  ): Promise<void> {
    const events = [...new Map(sent.map((event) => [event.id, event])).values()].flatMap((event) => this.#kept(event));
    const { recorded } = await ingestEvents(this.#database, this.#tenantId, chatwootSource, events, {
      statementTimeoutMs,
      keepReferences: true,
      ...(reached === undefined
        ? {}
        : { alongside: (tx) => writeImportPosition(tx, reached.source, reached.position) }),
    });
    this.newEvents += recorded;
  }

  #kept(event: SentEvent): IngestEvent[] {
    const read = readPublicEvent(event, Date.now());
    if ("event" in read) return [read.event];
    this.#refuse(`${event.id}: ${read.defect.pointer} ${read.defect.reason}`);
    return [];
  }

  #refuse(reason: string): void {
    this.refused += 1;
    if (this.refusedShown.length < refusedShownMax) this.refusedShown.push(reason);
  }
}
