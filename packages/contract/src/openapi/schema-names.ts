import { reportChart, reportMeta } from "@deskpulse/domain/analytics/report";
import { jobs } from "@deskpulse/jobs/catalog";
import type { z } from "zod";
import { problemDocument } from "../http/problem.ts";
import { runBody, runList, runWithLog } from "../jobs/run.ts";
import { namesOfSchemas, type SchemaNames } from "./json-schema.ts";

/** What a document names: runs, problems, the parts of reports, and the result of each job. */
export function answerNames(): SchemaNames {
  const names = namesOfSchemas();
  const name = (schema: z.ZodType, id: string): void => {
    // jobs may share a schema: its first name is as good as any
    if (!names.has(schema)) names.add(schema, { id });
  };
  name(problemDocument, "Problem");
  name(runBody, "Run");
  name(runWithLog, "RunWithLog");
  name(runList, "RunList");
  name(runList.shape.items.element, "RunInList");
  name(reportMeta, "ReportMeta");
  name(reportChart, "ReportChart");
  for (const job of Object.values(jobs)) name(job.output, `${schemaNameOf(job.name)}Result`);
  return names;
}

/** `analytics.response-time` -> `AnalyticsResponseTime`. */
export const schemaNameOf = (jobName: string): string =>
  jobName
    .split(/[.-]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
