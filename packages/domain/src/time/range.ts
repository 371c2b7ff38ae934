import { Temporal } from "temporal-polyfill";
import { ProblemError } from "../errors.ts";
import type { InstantRange } from "./buckets.ts";

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);

/** An ISO 8601 instant ("...Z" or with an offset), or a date alone, which means its local midnight in `zone`. */
function toInstant(text: string, zone: string, pointer: string): number {
  try {
    const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Temporal.PlainDate.from(text).toZonedDateTime(zone).epochMilliseconds
      : Temporal.Instant.from(text).epochMilliseconds;
    if (atMs >= earliest && atMs <= latest) return atMs;
  } catch {
    // falls through to the one refusal below: what is wrong is the text, not the parser
  }
  throw new ProblemError("unprocessable", `${pointer.slice(1)} is no time that this report can use: ${text}`, {
    errors: [{ pointer, detail: "expected an ISO 8601 date, or a time with zone, between 1970 and 2200" }],
  });
}

/**
 * The range that a request names. Without `to`: the next local midnight after `nowMs`. Without `from`: 30 local days
 * before `to`. So equal requests of one day stay equal. Throws a ProblemError (unprocessable) when from >= to.
 */
export function resolveRange(
  request: { from?: string | undefined; to?: string | undefined },
  zone: string,
  nowMs: number,
): InstantRange {
  const nextMidnight = Temporal.Instant.fromEpochMilliseconds(nowMs)
    .toZonedDateTimeISO(zone)
    .add({ days: 1 })
    .startOfDay().epochMilliseconds;
  const toMs = request.to === undefined ? nextMidnight : toInstant(request.to, zone, "/to");
  const fromMs = request.from === undefined ? shiftDays(toMs, zone, -30) : toInstant(request.from, zone, "/from");
  if (fromMs >= toMs) {
    throw new ProblemError("unprocessable", "from must lie before to", {
      errors: [{ pointer: "/from", detail: "must lie before to" }],
    });
  }
  return { fromMs, toMs };
}

function shiftDays(atMs: number, zone: string, days: number): number {
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone).add({ days }).epochMilliseconds;
}

/**
 * The range that `compare` names: as long and just before, or the same local times a year earlier. A range of whole
 * local days is compared with as many days, though a clock change makes one of them longer.
 */
export function comparisonRange(range: InstantRange, compare: "previous" | "year", zone: string): InstantRange {
  const local = (atMs: number) => Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone);
  if (compare === "previous") {
    const [from, to] = [local(range.fromMs), local(range.toMs)];
    const { days } = from.toPlainDate().until(to.toPlainDate());
    const isWholeDays = days > 0 && from.toPlainTime().equals(to.toPlainTime());
    const fromMs = isWholeDays ? from.subtract({ days }).epochMilliseconds : range.fromMs - (range.toMs - range.fromMs);
    return { fromMs, toMs: range.fromMs };
  }
  const yearBefore = (atMs: number): number => local(atMs).subtract({ years: 1 }).epochMilliseconds;
  return { fromMs: yearBefore(range.fromMs), toMs: yearBefore(range.toMs) };
}
