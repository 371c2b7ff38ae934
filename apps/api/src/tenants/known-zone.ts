import { findZone } from "@deskpulse/domain/time/zone";

/** The platform's spelling of a zone that the contract has let through. */
export const knownZone = (zone: string): string => findZone(zone) ?? zone;
