import { incidentColumns, mapIncidentRow } from "@deskpulse/domain/ingest/servicenow-incidents";
import { parse } from "csv-parse/sync";
import { ImportError } from "./import-error.ts";
import { BadRowError, type RowReader, type Source } from "./source.ts";

/** The tenant that the log belongs to unless another is named. */
export const incidentTenant = "Incident desk";

export const servicenowIncidents: Source = { name: "servicenow-incidents", createReader: createIncidentReader };

function createIncidentReader(): RowReader {
  let columns: readonly string[] | undefined;
  return (text) => {
    if (text.trim() === "") return null;
    if (columns === undefined) {
      columns = readHeader(text);
      return null;
    }
    const fields = splitRecord(text);
    if (fields.length !== columns.length) {
      throw new BadRowError(`expected ${columns.length} fields, found ${fields.length}`);
    }
    const row = Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? ""]));
    return { tenant: incidentTenant, events: mapIncidentRow(row) };
  };
}

// Line by line: no field of the log holds a line break, and so a stray quote costs its own line and no other.
function splitRecord(text: string): string[] {
  const [fields] = parse(text, { relax_column_count: true }) as string[][];
  return fields ?? [];
}

function readHeader(text: string): string[] {
  const columns = parseHeader(text);
  const missing = incidentColumns.filter((column) => !columns.includes(column));
  if (missing.length > 0) {
    throw new ImportError("unreadableFile", `This is no incident log: its header lacks ${missing.join(", ")}`);
  }
  const repeated = columns.filter((column, index) => columns.indexOf(column) !== index);
  if (repeated.length > 0) {
    throw new ImportError("unreadableFile", `The header names a column twice: ${repeated.join(", ")}`);
  }
  return columns;
}

function parseHeader(text: string): string[] {
  try {
    return splitRecord(text).map((column) => column.trim());
  } catch (cause) {
    throw new ImportError("unreadableFile", "This is no incident log: its first line is no CSV header", { cause });
  }
}
