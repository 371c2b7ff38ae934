import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { TenantTx } from "../transaction.ts";

export type CopiedValue = string | number | boolean | null;

const pieceLength = 256 * 1024;
const special = /[\\\t\n\r]/;
const escapes: Record<string, string> = { "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * Sends rows to a temporary table of this transaction by COPY, in its text format. Temporary, because COPY does not work
 * under row-level security. No rows send nothing; a value that does not fit its column rejects.
 */
export async function copyRows(
  { sql }: TenantTx,
  table: string,
  rows: Iterable<readonly CopiedValue[]>,
): Promise<void> {
  const writable = await sql`copy ${sql(table)} from stdin`.writable();
  await pipeline(Readable.from(pieces(rows), { objectMode: false, highWaterMark: pieceLength }), writable);
}

function* pieces(rows: Iterable<readonly CopiedValue[]>): Generator<Buffer> {
  let text = "";
  for (const row of rows) {
    for (let index = 0; index < row.length; index++) text += (index === 0 ? "" : "\t") + field(row[index] ?? null);
    text += "\n";
    if (text.length < pieceLength) continue;
    yield Buffer.from(text);
    text = "";
  }
  if (text !== "") yield Buffer.from(text);
}

function field(value: CopiedValue): string {
  if (value === null) return "\\N";
  if (typeof value !== "string") return String(value);
  return special.test(value) ? value.replace(/[\\\t\n\r]/g, (character) => escapes[character] ?? "") : value;
}
