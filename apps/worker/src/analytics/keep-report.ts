import type { ReportCache } from "@deskpulse/cache/report-cache";
import type { Database } from "@deskpulse/db/connect";
import type { ClaimedRun } from "@deskpulse/db/jobs/claim-runs";
import { readSharedResult } from "@deskpulse/db/jobs/read-shared-result";
import { asEngine } from "@deskpulse/db/transaction";
import { reportJobs } from "@deskpulse/jobs/analytics/report-jobs";

/** Whoever waits for the run waits for this too: a slow cache may not hold them up. */
const keepMsMax = 250;

/**
 * Caches a report whose run has just completed, read back from Postgres so that the cached copy is the stored one to the
 * byte. The next reader then finds it, not what was cached before. Never rejects; other jobs' runs pass at once.
 */
export async function keepReport(database: Database, reports: ReportCache, run: ClaimedRun): Promise<void> {
  if (run.tenantId === null || !reportJobs.has(run.job)) return;
  const keeping = asEngine(database, (tx) => readSharedResult(tx, run.id)).then(async (result) => {
    if (result?.sharingKey) await reports.keep(result.run, result.sharingKey);
  });
  const late = new Promise<void>((resolve) => setTimeout(resolve, keepMsMax).unref());
  // a report that is not cached is read from Postgres
  await Promise.race([keeping.catch(() => undefined), late]);
}
