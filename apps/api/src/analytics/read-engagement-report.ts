import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readEngagementReport: Handler<"readEngagementReport"> = (call, parts) =>
  serveReport(jobs.engagement, call, parts);
