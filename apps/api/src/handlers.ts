import { readConversationsReport } from "./analytics/read-conversations-report.ts";
import { readResponseTimeReport } from "./analytics/read-response-time-report.ts";
import type { Handlers } from "./http/handler.ts";
import { createToken } from "./identity/create-token.ts";
import { cancelJob } from "./jobs/cancel-job.ts";
import { listJobs } from "./jobs/list-jobs.ts";
import { readJob } from "./jobs/read-job.ts";
import { retryJob } from "./jobs/retry-job.ts";
import { runJobNow } from "./jobs/run-job-now.ts";
import { startJob } from "./jobs/start-job.ts";

/** Route -> handler; a route without one does not compile. */
export const handlers: Handlers = {
  createToken,
  startJob,
  listJobs,
  readJob,
  cancelJob,
  retryJob,
  runJobNow,
  readConversationsReport,
  readResponseTimeReport,
};
