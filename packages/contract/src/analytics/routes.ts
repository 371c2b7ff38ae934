import { reportQuery } from "@deskpulse/domain/analytics/report-query";
import { jobs } from "@deskpulse/jobs/catalog";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";

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
  readVolumeTrendsReport: {
    method: "GET",
    path: "/api/analytics/volume-trends",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.volumeTrends.summary,
    query: reportQuery,
    replies: { 200: jobs.volumeTrends.output, 202: runBody },
  },
  readPeakHoursReport: {
    method: "GET",
    path: "/api/analytics/peak-hours",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.peakHours.summary,
    query: reportQuery,
    replies: { 200: jobs.peakHours.output, 202: runBody },
  },
  readAutomationReport: {
    method: "GET",
    path: "/api/analytics/automation",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.automation.summary,
    query: reportQuery,
    replies: { 200: jobs.automation.output, 202: runBody },
  },
  readSatisfactionReport: {
    method: "GET",
    path: "/api/analytics/satisfaction",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.satisfaction.summary,
    query: reportQuery,
    replies: { 200: jobs.satisfaction.output, 202: runBody },
  },
} as const satisfies RouteTable;
