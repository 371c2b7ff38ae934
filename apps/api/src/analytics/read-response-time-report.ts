import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readResponseTimeReport: Handler<"readResponseTimeReport"> = (call, parts) =>
  serveReport(jobs.responseTime, call, parts);
