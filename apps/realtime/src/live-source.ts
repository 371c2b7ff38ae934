import { waitTargetSecondsDefault } from "@deskpulse/contract/analytics/live-figures";
import { readLiveFigures } from "@deskpulse/db/analytics/read-live-figures";
import type { Database } from "@deskpulse/db/connect";
import { asTenant } from "@deskpulse/db/transaction";
import type { ReadLive } from "./push-live-figures.ts";

const statementTimeoutMs = 2_000;

/** How a tenant stands now, read in one snapshot of Postgres as that tenant. */
export const createLiveSource =
  (database: Database): ReadLive =>
  (tenantId) =>
    asTenant(
      database,
      tenantId,
      (tx) => readLiveFigures(tx, { nowMs: Date.now(), targetMs: waitTargetSecondsDefault * 1_000 }),
      { isolation: "repeatable read", statementTimeoutMs },
    );
