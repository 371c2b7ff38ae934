import { reportQuery } from "@deskpulse/domain/analytics/report-query";
import { jobs } from "@deskpulse/jobs/catalog";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";
import { metricsBody } from "./describe-metrics.ts";
import { liveBody, liveQuery } from "./live-figures.ts";
import { recordList, recordsParams, recordsQuery } from "./records.ts";

export const analyticsRoutes = {
  readMetrics: {
    method: "GET",
    path: "/api/analytics/metrics",
    role: "agent",
    conditional: true,
    summary:
      "Every metric of the reports: unit, definition, the events behind it, whom it counts for, and the empty case.",
    replies: { 200: metricsBody },
  },
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
  readEngagementReport: {
    method: "GET",
    path: "/api/analytics/engagement",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.engagement.summary,
    query: reportQuery,
    replies: { 200: jobs.engagement.output, 202: runBody },
  },
  readAgentWorkloadReport: {
    method: "GET",
    path: "/api/analytics/agent-workload",
    role: "supervisor",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.agentWorkload.summary,
    query: reportQuery,
    replies: { 200: jobs.agentWorkload.output, 202: runBody },
  },
  readUsersPerformanceReport: {
    method: "GET",
    path: "/api/analytics/users/performance",
    role: "agent",
    conditional: true,
    mediaTypes: ["text/csv"],
    summary: jobs.usersPerformance.summary,
    query: reportQuery,
    replies: { 200: jobs.usersPerformance.output, 202: runBody },
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
  readLiveFigures: {
    method: "GET",
    path: "/api/analytics/realtime",
    role: "supervisor",
    summary:
      "How the tenant stands, at most a second ago: open, unattended, unassigned, waiting beyond a target, arrivals, active agents, and each inbox and team.",
    query: liveQuery,
    replies: { 200: liveBody },
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
