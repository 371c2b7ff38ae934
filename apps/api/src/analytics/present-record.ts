import type { RecordBody } from "@deskpulse/contract/analytics/records";
import type { ReportRecord } from "@deskpulse/db/analytics/list-records";
import { formatInZone } from "@deskpulse/domain/time/buckets";

/** A record as callers see it, its time in the report's zone. */
export function presentRecord(record: ReportRecord, timezone: string): RecordBody {
  const { conversation, at, agentId, agent, teamId, team, inboxId, inbox, ms } = record;
  return {
    conversation,
    at: formatInZone(at.getTime(), timezone),
    agent: agentId === null ? null : { id: agentId, name: agent ?? agentId },
    team: teamId === null ? null : { id: teamId, name: team ?? String(teamId) },
    inbox: { id: inboxId, name: inbox },
    seconds: ms === null ? null : ms / 1_000,
  };
}
