import { ProblemError } from "@deskpulse/domain/errors";
import type { Button } from "./button.ts";

/** Buttons that would make the board and `job_runs` disagree: what to do instead. */
export const refusedButtons: readonly Button[] = [
  refused("post", "/api/queues/:queueName/add", "add-job", "Work is started with POST /api/jobs."),
  refused(
    "patch",
    "/api/queues/:queueName/:jobId/update-data",
    "edit-data",
    "The input of a run never changes. Cancel it (POST /api/jobs/{runId}/cancel) and start another.",
  ),
  refused(
    "patch",
    "/api/queues/:queueName/:jobId/delay",
    "edit-delay",
    "A waiting run can be started now (Promote, or POST /api/jobs/{runId}/run-now) or cancelled, not moved.",
  ),
  refused(
    "patch",
    "/api/queues/:queueName/:jobId/priority",
    "edit-priority",
    "Runs have no priority. To start a waiting one now: Promote, or POST /api/jobs/{runId}/run-now.",
  ),
  refused(
    "put",
    "/api/queues/:queueName/:jobId/remove-unprocessed-children",
    "remove-children",
    "Runs have no children. To cancel this one: Clean, or POST /api/jobs/{runId}/cancel.",
  ),
  refused(
    "put",
    "/api/queues/:queueName/empty",
    "empty-queue",
    "Accepted work is never dropped unseen. Cancel runs by state (Clean) or one by one (POST /api/jobs/{runId}/cancel).",
  ),
  refused(
    "put",
    "/api/queues/:queueName/obliterate",
    "obliterate-queue",
    "Accepted work is never dropped unseen. Pause the queue, then cancel runs (POST /api/jobs/{runId}/cancel).",
  ),
  refused(
    "put",
    "/api/queues/:queueName/concurrency",
    "set-concurrency",
    "How many runs of a queue work at once is set in code (packages/jobs) and by the number of workers.",
  ),
  refused(
    "put",
    "/api/queues/:queueName/rate-limit",
    "set-rate-limit",
    "Queues have no rate limit. Pause them instead.",
  ),
  refused(
    "put",
    "/api/queues/:queueName/rate-limit/release",
    "release-rate-limit",
    "Queues have no rate limit. A paused one goes on with Resume.",
  ),
  ...(["remove", "run"] as const).map((act) =>
    refused(
      "put",
      `/api/queues/:queueName/job-schedulers/:schedulerId/${act}`,
      `${act}-scheduler`,
      "Schedules belong to job definitions, not to the queue. To run a job now, use POST /api/jobs.",
    ),
  ),
  refused(
    "patch",
    "/api/queues/:queueName/job-schedulers/:schedulerId",
    "edit-scheduler",
    "Schedules belong to job definitions, not to the queue.",
  ),
  refused("post", "/api/metrics/history/purge", "purge-metrics", "Recorded metrics end with their retention."),
];

function refused(method: Button["method"], path: string, act: string, because: string): Button {
  return {
    method,
    path,
    act,
    press: () => Promise.reject(new ProblemError("forbidden", because)),
  };
}
