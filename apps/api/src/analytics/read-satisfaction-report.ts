import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readSatisfactionReport: Handler<"readSatisfactionReport"> = (call, parts) =>
  serveReport(jobs.satisfaction, call, parts);
