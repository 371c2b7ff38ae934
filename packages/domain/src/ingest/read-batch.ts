import type { IngestEvent } from "./event.ts";
import { isReference } from "./event.ts";
import { type EventDefect, readPublicEvent } from "./public-event.ts";

/** One entry of what was received: its line (from 1) and what stands there, or why it cannot be read. */
export interface BatchEntry {
  readonly line: number;
  readonly value: { readonly json: unknown } | { readonly unreadable: string };
}

export interface Rejection extends EventDefect {
  readonly line: number;
}

export interface ReadBatch {
  /** The good ones in the order in which they are to be taken in: upserts first, then conversation by conversation. */
  readonly events: readonly IngestEvent[];
  readonly rejected: number;
  /** The first of the rejected ones, at most `shownMax`. */
  readonly rejections: readonly Rejection[];
}

/** Reads what was received at `receivedAtMs`. Always the same for the same entries and time. No entries give none. */
export function readBatch(entries: Iterable<BatchEntry>, receivedAtMs: number, shownMax: number): ReadBatch {
  const events: IngestEvent[] = [];
  const rejections: Rejection[] = [];
  let rejected = 0;
  for (const { line, value } of entries) {
    const read =
      "json" in value
        ? readPublicEvent(value.json, receivedAtMs)
        : { defect: { pointer: "", reason: value.unreadable } };
    if ("event" in read) events.push(read.event);
    else {
      rejected += 1;
      if (rejections.length < shownMax) rejections.push({ line, ...read.defect });
    }
  }
  // sorting is stable: within a conversation they stay as they came
  events.sort((a, b) => compare(groupOf(a), groupOf(b)));
  return { events, rejected, rejections };
}

/**
 * The pages in which `events`, as `readBatch` orders them, are taken in, from the `taken`-th on: at most `most` each, and
 * cut between two conversations where one of them would not fill a page by itself.
 */
export function* pagesOf(
  events: readonly IngestEvent[],
  taken: number,
  most: number,
): Generator<readonly IngestEvent[]> {
  for (let from = taken; from < events.length; ) {
    let to = Math.min(from + most, events.length);
    if (to < events.length) {
      const next = groupAt(events, to);
      let start = to;
      while (start > from && groupAt(events, start - 1) === next) start -= 1;
      if (start > from) to = start;
    }
    yield events.slice(from, to);
    from = to;
  }
}

const groupOf = (event: IngestEvent): string => (isReference(event) ? "" : event.conversation);
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function groupAt(events: readonly IngestEvent[], index: number): string {
  const event = events[index];
  return event === undefined ? "" : groupOf(event);
}
