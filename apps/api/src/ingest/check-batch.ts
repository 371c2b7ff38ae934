import { isUtf8 } from "node:buffer";
import { eventsPerCallMax } from "@deskpulse/contract/ingest/routes";
import type { IngestFormat } from "@deskpulse/db/ingest/insert-ingest-batch";
import { ProblemError } from "@deskpulse/domain/errors";

/** Blank lines are none, but reading them takes time as well. */
const linesMax = 2 * eventsPerCallMax;

/**
 * Whether anything of a body can be read as an event; each event by itself is judged by the run. Throws ProblemError:
 * bad-request when nothing can, unprocessable for none or too many.
 */
export function checkBatch(mediaType: string, bytes: Uint8Array): IngestFormat {
  if (mediaType !== "application/json") {
    checkLines(bytes);
    return "ndjson";
  }
  const values = isUtf8(bytes) ? jsonOf(bytes) : undefined;
  if (!Array.isArray(values)) throw unreadable("the body is no JSON array in UTF-8");
  checkCount(values.length);
  if (!values.some(isObject)) throw unreadable("the array holds no event");
  return "json";
}

function checkLines(bytes: Uint8Array): void {
  let lines = 0;
  let count = 0;
  let canRead = false;
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    start = end + 1;
    lines += 1;
    if (lines > linesMax) throw new ProblemError("unprocessable", `send at most ${linesMax} lines a call`);
    if (isBlank(line)) continue;
    count += 1;
    if (count > eventsPerCallMax) break;
    canRead ||= isUtf8(line) && isObject(jsonOf(line));
  }
  checkCount(count);
  if (!canRead) throw unreadable("no line of the body holds an event");
}

function checkCount(count: number): void {
  if (count === 0) throw new ProblemError("unprocessable", "the body holds no event");
  if (count > eventsPerCallMax)
    throw new ProblemError("unprocessable", `send at most ${eventsPerCallMax} events a call`);
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
const isBlank = (line: Uint8Array): boolean => line.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
const unreadable = (detail: string): ProblemError => new ProblemError("bad-request", detail);
