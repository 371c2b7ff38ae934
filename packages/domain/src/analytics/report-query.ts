import { z } from "zod";
import { filterValuesMax, reportFilters } from "./report-filters.ts";
import { type ReportRequest, reportRequest } from "./report-request.ts";
import { type ReportTableName, reportTables } from "./report-table.ts";

const yesOrNo = z.enum(["true", "false"]).transform((text) => text === "true");

/** A parameter that may be repeated: one text or several. */
const repeatable = <Item extends z.ZodType>(values: z.ZodArray<Item>) =>
  z.preprocess((value) => (typeof value === "string" ? [value] : value), values).optional();

const rowNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "expected a whole number above 0")
  .transform(Number);

const seconds = z
  .string()
  .regex(/^\d{1,9}$/, "expected whole seconds")
  .transform(Number);

const { from, to, timezone, groupBy, compare, precision, breakdown } = reportRequest.shape;
const { agentId, channel, label, priority } = reportFilters.shape;

export interface ReportQuery {
  readonly request: ReportRequest;
  readonly maxAgeSeconds: number | undefined;
  /** Of the report as CSV; JSON has all of it. */
  readonly table: ReportTableName;
  /** For operators, who belong to no tenant. */
  readonly tenantId: string | undefined;
}

/** A report's parameters as they stand in a URL. */
export const reportParameters = {
  from,
  to,
  timezone,
  groupBy,
  compare,
  precision,
  breakdown: repeatable(breakdown.unwrap()),
  businessHours: yesOrNo.optional(),
  agentId: repeatable(agentId),
  inboxId: repeatable(z.array(rowNumber).max(filterValuesMax)),
  teamId: repeatable(z.array(rowNumber).max(filterValuesMax)),
  channel: repeatable(channel),
  label: repeatable(label),
  priority: repeatable(priority),
  maxAge: seconds.optional(),
  table: z.enum(reportTables).default("series"),
  tenantId: z.uuid().toLowerCase().optional(),
};

/** Parameters as the request for the job, and what else they say. */
export const toReportQuery = ({
  maxAge,
  table,
  tenantId,
  ...request
}: z.output<z.ZodObject<typeof reportParameters>>): ReportQuery => ({
  request,
  maxAgeSeconds: maxAge,
  table,
  tenantId,
});

/**
 * A report's parameters, as the request for the job and how old a stored answer may be (seconds; undefined: the job's
 * own freshness). Unknown parameters and wrong types are refused.
 */
export const reportQuery = z.strictObject(reportParameters).transform(toReportQuery);
