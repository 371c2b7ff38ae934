import { stat } from "node:fs/promises";
import type { Database } from "@deskpulse/db/connect";
import { ensureTenant } from "@deskpulse/db/ingest/ensure-tenant";
import { ingestEvents } from "@deskpulse/db/ingest/ingest-events";
import { measureAnew } from "@deskpulse/db/ingest/measure-anew";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { IngestEvent } from "@deskpulse/domain/ingest/event";
import { z } from "zod";
import { ImportError } from "./import-error.ts";
import { lineCharactersMax, readLines } from "./read-lines.ts";
import { BadRowError, type MappedRow, type RowReader, type Source } from "./source.ts";

export interface RefusedRow {
  readonly line: number;
  readonly reason: string;
}

export interface ImportOutcome {
  /** Rows read, good and refused. */
  readonly rows: number;
  readonly refused: number;
  /** The first of the refused rows, at most 50. */
  readonly refusedShown: readonly RefusedRow[];
  /** Events that were not known before. */
  readonly newEvents: number;
  readonly tenants: readonly { readonly id: string; readonly name: string }[];
}

export interface ImportRequest {
  readonly database: Database;
  readonly source: Source;
  readonly path: string;
  /** Takes everything into this tenant instead of the ones that the rows name. */
  readonly tenant?: string;
  /** Bytes read so far, of how many. */
  readonly onProgress?: (bytes: number, bytesTotal: number) => void;
}

export const refusedShownMax = 50;
const batchEventsMax = 2_500;
const batchCharactersMax = 8 * 1024 * 1024;
/** A batch is one statement each; far above what one needs, so that only a stuck server ends an import. */
const statementTimeoutMs = 120_000;

/**
 * Reads a file into the database in batches that commit one by one. Repeatable: what is known already changes nothing.
 * A bad row is refused alone. Throws ImportError when the file cannot be read or has no usable row; batches before the
 * error stay. An empty file is such an error.
 */
export async function importFile(request: ImportRequest): Promise<ImportOutcome> {
  const { source, path, onProgress } = request;
  const bytesTotal = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  let bytes = 0;
  const batch = new Batch(request);
  const read = source.createReader();
  const refusedShown: RefusedRow[] = [];
  let rows = 0;
  let refused = 0;
  const lines = readLines(path, (count) => {
    bytes += count;
  });
  for await (const { number, text } of lines) {
    const row = readRow(read, text);
    if (row === null) continue;
    rows += 1;
    if ("reason" in row) {
      refused += 1;
      if (refusedShown.length < refusedShownMax) refusedShown.push({ line: number, reason: row.reason });
      continue;
    }
    if (batch.add(row, text?.length ?? 0)) {
      await batch.write();
      onProgress?.(bytes, bytesTotal);
    }
  }
  await batch.write();
  await batch.measureAnew();
  onProgress?.(bytesTotal, bytesTotal);
  const first = refusedShown[0];
  if (rows === refused) {
    const why = first === undefined ? "it holds no row" : `line ${first.line}: ${first.reason}`;
    throw new ImportError("unreadableFile", `${path} has nothing that ${source.name} can read (${why})`);
  }
  return { rows, refused, refusedShown, newEvents: batch.newEvents, tenants: batch.tenants() };
}

function readRow(read: RowReader, text: string | null): MappedRow | { readonly reason: string } | null {
  if (text === null) return { reason: `is longer than ${lineCharactersMax} characters` };
  try {
    return read(text);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    return { reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const issues = error.issues.map(({ path, message }) =>
      path.length === 0 ? message : `${path.join(".")}: ${message}`,
    );
    return issues.slice(0, 3).join("; ") + (issues.length > 3 ? `; and ${issues.length - 3} more` : "");
  }
  if (error instanceof BadRowError) return error.message;
  return error instanceof Error ? error.message : String(error);
}

class Batch {
  newEvents = 0;
  readonly #request: ImportRequest;
  readonly #tenantIds = new Map<string, string>();
  #pending = new Map<string, IngestEvent[]>();
  /** Where inboxes or their hours may have changed. */
  readonly #remeasured = new Set<string>();
  #events = 0;
  #characters = 0;

  constructor(request: ImportRequest) {
    this.#request = request;
  }

  /** Says whether the batch is full. */
  add(row: MappedRow, characters: number): boolean {
    const name = this.#request.tenant ?? row.tenant;
    if (name === null) throw new ImportError("wrongCall", "The file names no tenant: say which with --tenant NAME");
    const pending = this.#pending.get(name) ?? [];
    this.#pending.set(name, pending);
    pending.push(...row.events);
    this.#events += row.events.length;
    this.#characters += characters;
    return this.#events >= batchEventsMax || this.#characters >= batchCharactersMax;
  }

  async write(): Promise<void> {
    const { database, source } = this.#request;
    for (const [name, events] of this.#pending) {
      const id = this.#tenantIds.get(name) ?? (await asEngine(database, (tx) => ensureTenant(tx, name)));
      this.#tenantIds.set(name, id);
      const { recorded } = await ingestEvents(database, id, source.idsOf ?? source.name, events, {
        statementTimeoutMs,
        keepReferences: source.keepsUpserts ?? false,
      });
      if (source.keepsUpserts && events.some(changesMeasuring)) this.#remeasured.add(id);
      this.newEvents += recorded;
    }
    this.#pending = new Map();
    this.#events = 0;
    this.#characters = 0;
  }

  /** At the end of every import, so that one that broke off before is made good by the next. */
  async measureAnew(): Promise<void> {
    for (const tenantId of this.#remeasured) {
      await measureAnew(
        {
          inTenant: (work, options) =>
            asTenant(this.#request.database, tenantId, work, { statementTimeoutMs, ...options }),
          progress: () => undefined,
        },
        null,
      );
    }
  }

  tenants(): { id: string; name: string }[] {
    return [...this.#tenantIds].map(([name, id]) => ({ id, name }));
  }
}

const changesMeasuring = ({ type }: IngestEvent): boolean =>
  type === "working-hours.upserted" || type === "inbox.upserted";
