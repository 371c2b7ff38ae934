import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readAutomationReport: Handler<"readAutomationReport"> = (call, parts) =>
  serveReport(jobs.automation, call, parts);
