import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../json.ts";
import { type ConversationStatus, IngestEvent as Event, type IngestEvent, type Priority } from "./event.ts";
import { instantText, sourceKey } from "./text.ts";

const statuses = {
  New: "open",
  Active: "open",
  "Awaiting User Info": "pending",
  "Awaiting Problem": "pending",
  "Awaiting Vendor": "pending",
  "Awaiting Evidence": "pending",
  Resolved: "resolved",
  Closed: "resolved",
} as const satisfies Record<string, ConversationStatus>;

const priorities = {
  "1 - Critical": "urgent",
  "2 - High": "high",
  "3 - Moderate": "medium",
  "4 - Low": "low",
} as const satisfies Record<string, Priority>;

const words = <T extends string>(meanings: Record<T, unknown>) => Object.keys(meanings) as T[];
const emptyAsNull = <T>(schema: z.ZodType<T>) => z.preprocess((text) => (text === "" ? null : text), schema.nullable());

/** The columns that mean something here; the others only take part in the row's identity. */
const IncidentRow = z.object({
  number: sourceKey,
  incident_state: z.enum(words(statuses)),
  sys_mod_count: z
    .string()
    .regex(/^\d{1,9}$/, "expected a whole number")
    .transform(Number),
  caller_id: emptyAsNull(sourceKey),
  opened_at: instantText,
  sys_updated_at: instantText,
  contact_type: emptyAsNull(sourceKey),
  priority: emptyAsNull(z.enum(words(priorities))),
  assignment_group: emptyAsNull(sourceKey),
  assigned_to: emptyAsNull(sourceKey),
  resolved_at: emptyAsNull(instantText),
});

/** The columns without which a file is no incident log. */
export const incidentColumns: readonly string[] = Object.keys(IncidentRow.shape);

/**
 * One row of the incident log (one state of an incident) as events. Each row is mapped by itself, so rows may come in
 * any order and in several files. The row's identity is its content: equal rows are the same facts, and neither the
 * number with sys_mod_count nor the time is a key. Throws a ZodError that names the wrong columns.
 */
export function mapIncidentRow(row: Readonly<Record<string, string>>): IngestEvent[] {
  const { number, ...seen } = IncidentRow.parse(row);
  const hash = createHash("sha256").update(canonicalJson(row)).digest("base64url").slice(0, 22);
  const opened = { at: seen.opened_at };
  const fact = { conversation: number, at: seen.sys_updated_at, sequence: seen.sys_mod_count };
  const status = statuses[seen.incident_state];
  const channel = seen.contact_type ?? "unknown";
  const events: IngestEvent[] = [
    {
      type: "inbox.upserted",
      id: `inbox/${channel}`,
      ...opened,
      key: channel,
      name: channel,
      channel: channelWord(channel),
    },
    ...named("customer.upserted", seen.caller_id, opened),
    ...named("team.upserted", seen.assignment_group, opened),
    ...named("agent.upserted", seen.assigned_to, opened),
    {
      type: "conversation.created",
      id: `${number}/created`,
      conversation: number,
      ...opened,
      inbox: channel,
      customer: seen.caller_id,
    },
    {
      type: "conversation.assigned",
      id: `${number}/${hash}/assigned`,
      ...fact,
      agent: seen.assigned_to,
      team: seen.assignment_group,
    },
    {
      type: "conversation.priority",
      id: `${number}/${hash}/priority`,
      ...fact,
      priority: seen.priority && priorities[seen.priority],
    },
    {
      type: "conversation.status",
      id: `${number}/${hash}/status`,
      ...fact,
      status,
      // every row repeats it, and so knows the future: the fold believes it for the last resolved stretch only
      ...(status === "resolved" && seen.resolved_at !== null ? { resolvedAt: seen.resolved_at } : {}),
    },
  ];
  if (seen.incident_state !== "New") {
    events.push({
      type: "conversation.responded",
      id: `${number}/${hash}/responded`,
      ...fact,
      agent: seen.assigned_to,
    });
  }
  return events.map((event) => Event.parse(event));
}

function named(
  type: "customer.upserted" | "team.upserted" | "agent.upserted",
  key: string | null,
  fact: { at: string },
): IngestEvent[] {
  return key === null ? [] : [{ type, id: `${type}/${key}`, ...fact, key, name: key }];
}

const channelWord = (contactType: string): string => contactType.toLowerCase().replaceAll(/\s+/g, "-");
