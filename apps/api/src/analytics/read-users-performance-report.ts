import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readUsersPerformanceReport: Handler<"readUsersPerformanceReport"> = (call, parts) =>
  serveReport(jobs.usersPerformance, call, parts);
