import { ProblemError } from "@deskpulse/domain/errors";
import { findZone } from "@deskpulse/domain/time/zone";
import { Slots } from "@deskpulse/runs/schedules/slots";

/** The zone as the platform spells it, and the first time from now on. Throws ProblemError (unprocessable). */
export function scheduleTimes(cron: string, zone: string): { readonly timezone: string; readonly firstAtMs: number } {
  const timezone = findZone(zone);
  if (timezone === null) {
    throw refused("/timezone", `${zone} is no known time zone`, "expected an IANA time zone such as Europe/Berlin");
  }
  const firstAtMs = Slots.read(cron, timezone)?.after(Date.now()) ?? null;
  if (firstAtMs === null) {
    const expected = "expected five fields, or six with seconds first, of a time that comes";
    throw refused("/cron", "this cron expression cannot be read, or never comes", expected);
  }
  return { timezone, firstAtMs };
}

const refused = (pointer: string, detail: string, expected: string): ProblemError =>
  new ProblemError("unprocessable", detail, { errors: [{ pointer, detail: expected }] });
