import { listReportRecords } from "./analytics/list-report-records.ts";
import { readAgentWorkloadReport } from "./analytics/read-agent-workload-report.ts";
import { readAutomationReport } from "./analytics/read-automation-report.ts";
import { readConversationsReport } from "./analytics/read-conversations-report.ts";
import { readEngagementReport } from "./analytics/read-engagement-report.ts";
import { readLiveFigures } from "./analytics/read-live-figures.ts";
import { readMetrics } from "./analytics/read-metrics.ts";
import { readPeakHoursReport } from "./analytics/read-peak-hours-report.ts";
import { readResponseTimeReport } from "./analytics/read-response-time-report.ts";
import { readSatisfactionReport } from "./analytics/read-satisfaction-report.ts";
import { readUsersPerformanceReport } from "./analytics/read-users-performance-report.ts";
import { readVolumeTrendsReport } from "./analytics/read-volume-trends-report.ts";
import { readOpenApi } from "./docs/read-open-api.ts";
import type { Handlers } from "./http/handler.ts";
import { createApiKey } from "./identity/create-api-key.ts";
import { createToken } from "./identity/create-token.ts";
import { listApiKeys } from "./identity/list-api-keys.ts";
import { refreshToken } from "./identity/refresh-token.ts";
import { revokeApiKey } from "./identity/revoke-api-key.ts";
import { revokeToken } from "./identity/revoke-token.ts";
import { deleteChatwootSecret, readChatwootSecret, writeChatwootSecret } from "./ingest/chatwoot-secret.ts";
import { ingestEvents } from "./ingest/ingest-events.ts";
import { receiveChatwootWebhook } from "./ingest/receive-chatwoot-webhook.ts";
import { cancelJob } from "./jobs/cancel-job.ts";
import { listJobs } from "./jobs/list-jobs.ts";
import { readJob } from "./jobs/read-job.ts";
import { readJobCatalog } from "./jobs/read-job-catalog.ts";
import { retryJob } from "./jobs/retry-job.ts";
import { runJobNow } from "./jobs/run-job-now.ts";
import { startJob } from "./jobs/start-job.ts";
import { startJobBatch } from "./jobs/start-job-batch.ts";
import { listAudit } from "./operator/list-audit.ts";
import { listWorkers } from "./operator/list-workers.ts";
import { clearCache } from "./performance/clear-cache.ts";
import { listFindings } from "./performance/list-findings.ts";
import { optimizeDatabase } from "./performance/optimize-database.ts";
import { readCache } from "./performance/read-cache.ts";
import { readFinding } from "./performance/read-finding.ts";
import { undoAction } from "./performance/undo-action.ts";
import { warmCache } from "./performance/warm-cache.ts";
import { changeSchedule } from "./schedules/change-schedule.ts";
import { createSchedule } from "./schedules/create-schedule.ts";
import { deleteSchedule } from "./schedules/delete-schedule.ts";
import { listSchedules } from "./schedules/list-schedules.ts";
import { readSchedule } from "./schedules/read-schedule.ts";
import { runScheduleNow } from "./schedules/run-schedule-now.ts";
import { changeInbox } from "./tenants/change-inbox.ts";
import { changeOwnPassword } from "./tenants/change-own-password.ts";
import { changeTenant } from "./tenants/change-tenant.ts";
import { changeUser } from "./tenants/change-user.ts";
import { createInbox } from "./tenants/create-inbox.ts";
import { createTenant } from "./tenants/create-tenant.ts";
import { createUser } from "./tenants/create-user.ts";
import { listInboxes } from "./tenants/list-inboxes.ts";
import { listLabels } from "./tenants/list-labels.ts";
import { listTeams } from "./tenants/list-teams.ts";
import { listTenants } from "./tenants/list-tenants.ts";
import { listUsers } from "./tenants/list-users.ts";
import { readInbox } from "./tenants/read-inbox.ts";
import { readTenant } from "./tenants/read-tenant.ts";
import { readTenantUsage } from "./tenants/read-tenant-usage.ts";
import { readUser } from "./tenants/read-user.ts";
import { removeUser } from "./tenants/remove-user.ts";

/** Route -> handler; a route without one does not compile. */
export const handlers: Handlers = {
  createToken,
  refreshToken,
  revokeToken,
  listApiKeys,
  createApiKey,
  revokeApiKey,
  startJob,
  startJobBatch,
  readJobCatalog,
  listJobs,
  readJob,
  cancelJob,
  retryJob,
  runJobNow,
  ingestEvents,
  receiveChatwootWebhook,
  readChatwootSecret,
  writeChatwootSecret,
  deleteChatwootSecret,
  listSchedules,
  createSchedule,
  readSchedule,
  changeSchedule,
  deleteSchedule,
  runScheduleNow,
  readConversationsReport,
  readResponseTimeReport,
  readMetrics,
  readLiveFigures,
  readEngagementReport,
  readAgentWorkloadReport,
  readUsersPerformanceReport,
  readVolumeTrendsReport,
  readPeakHoursReport,
  readAutomationReport,
  readSatisfactionReport,
  listReportRecords,
  readOpenApi,
  warmCache,
  clearCache,
  readCache,
  listTenants,
  createTenant,
  readTenant,
  changeTenant,
  readTenantUsage,
  listUsers,
  createUser,
  readUser,
  changeUser,
  removeUser,
  changeOwnPassword,
  listInboxes,
  createInbox,
  readInbox,
  changeInbox,
  listTeams,
  listLabels,
  listAudit,
  listWorkers,
  optimizeDatabase,
  listFindings,
  readFinding,
  undoAction,
};
