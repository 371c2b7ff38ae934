import { Temporal } from "temporal-polyfill";

/** A stretch of time between two clock changes of a zone. Instants are epoch milliseconds, offsets milliseconds. */
export interface Stretch {
  /** Null when the zone never changed before. */
  readonly fromMs: number | null;
  /** Not included; null when no change lies ahead. */
  readonly toMs: number | null;
  readonly offsetMs: number;
  /** Of the stretch before. */
  readonly offsetBeforeMs: number;
}

const zonesKept = 1_000;
const last = new Map<string, Stretch>();

/** The stretch in which an instant lies. Throws RangeError for an unknown zone. */
export function stretchAt(zone: string, atMs: number): Stretch {
  const known = last.get(zone);
  if (known && (known.fromMs ?? -Infinity) <= atMs && atMs < (known.toMs ?? Infinity)) return known;
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  const to = at.getTimeZoneTransition("next");
  // one that happens at this very instant belongs to what is behind
  const from = at.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
  const offsetMs = at.offsetNanoseconds / 1e6;
  const stretch = {
    fromMs: from?.epochMilliseconds ?? null,
    toMs: to?.epochMilliseconds ?? null,
    offsetMs,
    offsetBeforeMs: from === null ? offsetMs : from.subtract({ milliseconds: 1 }).offsetNanoseconds / 1e6,
  };
  if (last.size >= zonesKept) last.clear();
  last.set(zone, stretch);
  return stretch;
}
