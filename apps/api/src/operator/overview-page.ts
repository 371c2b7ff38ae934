import type { StoredAuditEntry } from "@deskpulse/db/identity/list-audit";
import type { WorkerRow } from "@deskpulse/db/jobs/list-workers";
import type { QueueDepth } from "@deskpulse/db/jobs/queue-depths";
import type { Run } from "@deskpulse/domain/runs/run";
import { deskPage, escapeHtml, table } from "./desk-page.ts";
import { boardPath } from "./desk-paths.ts";

export interface Overview {
  readonly at: Date;
  /** Every queue of the platform. */
  readonly queues: readonly string[];
  readonly paused: readonly string[];
  readonly depths: readonly QueueDepth[];
  readonly workers: readonly WorkerRow[];
  readonly audit: readonly StoredAuditEntry[];
}

const ways = `<p class="ways"><a href="${boardPath}">Open the queues</a></p>`;
const instant = (at: Date | number): string => new Date(at).toISOString().replace("T", " ").replace(/\..*/, " UTC");
const ago = (from: Date, to: Date): string => `${Math.max(0, (to.getTime() - from.getTime()) / 1000).toFixed(1)} s ago`;

/** Queues, workers and the newest audit entries, as of one moment. */
export function overviewPage({ at, queues, paused, depths, workers, audit }: Overview): string {
  const queueRows = queues.map((queue) => {
    const depth = depths.find((one) => one.queue === queue);
    const counts = [depth?.waiting, depth?.delayed, depth?.started].map((count) => String(count ?? 0));
    const oldest = `${Math.round(depth?.oldestAgeSeconds ?? 0)} s`;
    return [queue, ...counts, oldest, paused.includes(queue) ? "paused" : "runs"];
  });
  const workerRows = workers.map((worker) => [
    worker.alive ? "alive" : "silent",
    `${worker.hostname} (${worker.pid})`,
    worker.version,
    instant(worker.startedAt),
    ago(worker.heartbeatAt, at),
    String(worker.activeRuns),
  ]);
  const auditRows = audit.map(({ at: when, actor, act, object, outcome }) => [
    instant(when),
    actor,
    act,
    object,
    outcome,
  ]);
  return deskPage(
    "Workers and queues",
    `<h1>Workers and queues</h1>
    <p class="note">As of ${instant(at)}. Load the page again for newer figures.</p>
    ${table("Queues", ["Queue", "Waiting in Postgres", "Delayed", "Started", "Oldest due", "State"], queueRows, "")}
    ${table("Workers", ["State", "Host (pid)", "Version", "Started", "Heartbeat", "Runs now"], workerRows, "No worker is known. Runs are accepted and wait.")}
    ${table("Latest in the audit log", ["At", "Who", "Did", "To", "Outcome"], auditRows, "Nothing yet.")}
    ${ways}`,
    { wide: true },
  );
}

/** What Postgres holds about one run. */
export function runPage(run: Run): string {
  const facts = [
    ["State", run.state],
    ["Tenant", run.tenantId ?? "none: an operator's run"],
    ["Started by", run.createdBy],
    ["Created", instant(run.createdAt)],
    ["Not before", instant(run.runAt)],
    ["First start", run.startedAt === null ? "not yet" : instant(run.startedAt)],
    ["Ended", run.finishedAt === null ? "not yet" : instant(run.finishedAt)],
    ["Errors / starts", `${run.attempts} / ${run.starts}`],
    ["Problem", run.problem === null ? "none" : `${run.problem.code}: ${run.problem.detail}`],
  ];
  const errors = run.errors.map(({ at, attempt, message }) => [instant(Date.parse(at)), String(attempt), message]);
  return deskPage(
    `Run ${run.id}`,
    `<h1>${escapeHtml(run.job)}</h1>
    <p class="note">Run ${escapeHtml(run.id)}. All of it: GET /api/jobs/${escapeHtml(run.id)}</p>
    ${table("What Postgres holds", ["Fact", "Value"], facts, "")}
    ${table("Errors", ["At", "Attempt", "Message"], errors, "None.")}
    ${ways}`,
    { wide: true },
  );
}
