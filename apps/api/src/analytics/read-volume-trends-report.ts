import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readVolumeTrendsReport: Handler<"readVolumeTrendsReport"> = (call, parts) =>
  serveReport(jobs.volumeTrends, call, parts);
