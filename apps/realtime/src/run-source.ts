import { eventResultBytesMax } from "@deskpulse/contract/realtime/job-event";
import type { Database } from "@deskpulse/db/connect";
import { readRunStates } from "@deskpulse/db/jobs/read-run-states";
import { recentRuns } from "@deskpulse/db/jobs/recent-runs";
import { asEngine } from "@deskpulse/db/transaction";
import { subscribe } from "@deskpulse/push/subscriber";
import type { Redis } from "ioredis";
import type { RunSource } from "./realtime-options.ts";

const recentMs = 15 * 60_000;
const scanMax = 5_000;
const recentRunsMax = 2_000;

/** Runs from Postgres, hints from Redis. One query serves sockets of all tenants, so it is an engine's read. */
export function createRunSource(
  database: Database,
  hints: { readonly redis: Redis; readonly prefix: string; readonly onError: (error: unknown) => void },
): RunSource {
  return {
    readStates: (ids, resultIds) =>
      asEngine(database, (tx) => readRunStates(tx, { ids, resultIds, resultBytesMax: eventResultBytesMax })),
    findRecentRuns: (of, changedSince) =>
      asEngine(database, (tx) =>
        recentRuns(tx, {
          of,
          changedSince,
          createdSince: new Date(Date.now() - recentMs),
          scanMax,
          limit: recentRunsMax,
        }),
      ),
    subscribe: (handlers) => subscribe({ ...hints, channel: "runs", ...handlers }),
  };
}
