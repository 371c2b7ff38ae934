import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { createGunzip } from "node:zlib";
import type { Sql } from "postgres";

const dataFile = (path: string): string => fileURLToPath(new URL(`../../../data/${path}`, import.meta.url));
export const incidentFile = dataFile("servicenow-incidents/incident_events.csv.gz");
export const careFile = dataFile("twitter-care/conversations.jsonl.gz");

/** The columns of the incident log, in the file's order. */
export const incidentHeader =
  "number,incident_state,active,reassignment_count,reopen_count,sys_mod_count,made_sla,caller_id,opened_by,opened_at,sys_created_by,sys_created_at,sys_updated_by,sys_updated_at,contact_type,location,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,knowledge,u_priority_confirmation,notify,problem_id,rfc,vendor,caused_by,closed_code,resolved_by,resolved_at,closed_at";

/** The log as it is, all columns text, read by Postgres itself; empty fields stay empty texts. */
export async function loadRawIncidents(sql: Sql): Promise<void> {
  const columns = incidentHeader.split(",");
  await sql.unsafe(`create table raw (${columns.map((column) => `${column} text`).join(", ")})`);
  const copy = `copy raw from stdin with (format csv, header match, force_not_null (${columns.join(", ")}))`;
  const into = await sql.unsafe(copy).writable();
  await pipeline(createReadStream(incidentFile), createGunzip(), into);
}

/** The care set as it is, a JSON text a row. */
export async function loadRawCare(sql: Sql): Promise<void> {
  await sql.unsafe("create table raw_care (line text)");
  // quote and delimiter are characters that JSON text never holds bare, so that each line stays as it is
  const into = await sql
    .unsafe(`copy raw_care from stdin with (format csv, quote e'\\x01', delimiter e'\\x02')`)
    .writable();
  await pipeline(createReadStream(careFile), createGunzip(), into);
}
