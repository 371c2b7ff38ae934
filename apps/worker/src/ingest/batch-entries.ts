import { isUtf8 } from "node:buffer";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { IngestBatch } from "@deskpulse/db/ingest/read-ingest-batch";
import type { BatchEntry } from "@deskpulse/domain/ingest/read-batch";

const unpack = promisify(gunzip);
const lineBreak = 0x0a;

/** What stands in a received batch, entry by entry; blank lines are none. */
export async function batchEntries({
  body,
  format,
}: Pick<IngestBatch, "body" | "format">): Promise<Iterable<BatchEntry>> {
  const bytes = await unpack(body);
  if (format === "ndjson") return lines(bytes);
  // the API let it in as an array
  const values = JSON.parse(bytes.toString()) as unknown[];
  return values.map((json, index) => ({ line: index + 1, value: { json } }));
}

function* lines(bytes: Buffer): Generator<BatchEntry> {
  let line = 0;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(lineBreak, start);
    const end = found === -1 ? bytes.length : found;
    const text = bytes.subarray(start, end);
    start = end + 1;
    line += 1;
    const value = entryOf(text);
    if (value !== null) yield { line, value };
  }
}

function entryOf(bytes: Buffer): BatchEntry["value"] | null {
  if (!isUtf8(bytes)) return { unreadable: "is not UTF-8" };
  const text = bytes.toString();
  if (text.trim() === "") return null;
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { unreadable: "is not JSON" };
  }
}
