import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readAgentWorkloadReport: Handler<"readAgentWorkloadReport"> = (call, parts) =>
  serveReport(jobs.agentWorkload, call, parts);
