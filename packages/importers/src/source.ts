import type { IngestEvent } from "@deskpulse/domain/ingest/event";

/** What one row of a file says. */
export interface MappedRow {
  /** The name of the tenant that it belongs to; null where the file does not say, and the person who imports must. */
  readonly tenant: string | null;
  readonly events: readonly IngestEvent[];
}

/** Reads the rows of one file, in order. Null for a line that is no row (a header, an empty line). */
export type RowReader = (text: string) => MappedRow | null;

/** A kind of file that can be imported. */
export interface Source {
  readonly name: string;
  /** Under which source its ids are known, where that is not its name: what came that way is then known here. */
  readonly idsOf?: string;
  /** Its upserts have ids of their own and are kept as events; else every row says them anew. */
  readonly keepsUpserts?: boolean;
  /** A fresh reader for one file. It throws ImportError when the file is no such file, and any other error for a bad row. */
  readonly createReader: () => RowReader;
}

/** A row that says nothing usable; the message is for the person who imports. */
export class BadRowError extends Error {
  override readonly name = "BadRowError";
}
