import { reportQuery } from "@deskpulse/domain/analytics/report-query";
import { jobs } from "@deskpulse/jobs/catalog";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";
import { recordList, recordsParams, recordsQuery } from "./records.ts";

export const analyticsRoutes = {
  readConversationsReport: {
    method: "GET",
    path: "/api/analytics/conversations",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.conversations.summary,
    query: reportQuery,
    replies: { 200: jobs.conversations.output, 202: runBody },
  },
  readResponseTimeReport: {
    method: "GET",
    path: "/api/analytics/response-time",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.responseTime.summary,
    query: reportQuery,
    replies: { 200: jobs.responseTime.output, 202: runBody },
  },
  listReportRecords: {
    method: "GET",
    path: "/api/analytics/{report}/records",
    role: "supervisor",
    summary:
      "The conversations, messages or measurements behind a metric of a report or of one of its buckets, oldest first.",
    params: recordsParams,
    query: recordsQuery,
    replies: { 200: recordList },
  },
} as const satisfies RouteTable;
