import { Temporal } from "temporal-polyfill";

/**
 * Is this an IANA zone that the platform knows? Plain offsets such as "+05:30" are refused: they know no clock changes.
 * The empty string is none.
 */
export function isZone(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]*$/.test(zone)) return false;
  try {
    Temporal.Now.zonedDateTimeISO(zone);
    return true;
  } catch {
    return false;
  }
}
