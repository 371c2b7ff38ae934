import type { WorkingHours } from "@deskpulse/domain/tenants/working-hours";
import { inboxes } from "../schema/inboxes.ts";

export interface InboxSettings {
  readonly id: number;
  readonly name: string;
  readonly channel: string;
  /** IANA zone; null: the tenant's. */
  readonly timezone: string | null;
  /** Null: the tenant's. */
  readonly workingHours: WorkingHours | null;
}

/** The columns that make InboxSettings. */
export const inboxSettings = {
  id: inboxes.id,
  name: inboxes.name,
  channel: inboxes.channel,
  timezone: inboxes.timezone,
  workingHours: inboxes.workingHours,
};
