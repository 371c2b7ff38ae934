import { Temporal } from "temporal-polyfill";

/**
 * An IANA zone in the platform's spelling ("asia/kolkata" is "Asia/Kolkata"), or null when the platform does not know
 * it. Plain offsets such as "+05:30" are no zones: they know no clock changes. The empty string is none.
 */
export function findZone(zone: string): string | null {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return null;
  try {
    return Temporal.Now.zonedDateTimeISO(zone).timeZoneId;
  } catch {
    return null;
  }
}

/** Is this an IANA zone that the platform knows? */
