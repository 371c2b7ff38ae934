import { jobs } from "@deskpulse/jobs/catalog";
import type { Handler } from "../http/handler.ts";
import { serveReport } from "./serve-report.ts";

export const readConversationsReport: Handler<"readConversationsReport"> = (call, parts) =>
  serveReport(jobs.conversations, call, parts);
