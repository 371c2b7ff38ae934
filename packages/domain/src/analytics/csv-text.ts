import { stringify } from "csv-stringify/sync";
import type { Table } from "./report-table.ts";

/**
 * A table as CSV (RFC 4180, a header line, lines that end in CRLF). Null is an empty cell. Text that a spreadsheet would
 * take for a formula begins with an apostrophe; numbers stay as they are, negative ones too.
 */
export function csvText({ columns, rows }: Table): string {
  return stringify([columns, ...rows], {
    record_delimiter: "windows",
    // a line break of any kind in a cell, not only that of the records
    quote_record_delimiter: true,
    escape_formulas: true,
    cast: { boolean: String },
  });
}
