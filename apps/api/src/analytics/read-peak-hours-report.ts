import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readPeakHoursReport: Handler<"readPeakHoursReport"> = (call, parts) =>
  serveReport(jobs.peakHours, call, parts);
