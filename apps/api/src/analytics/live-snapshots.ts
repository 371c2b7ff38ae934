import { readLiveFigures } from "@deskpulse/db/analytics/read-live-figures";
import type { Database } from "@deskpulse/db/connect";
import { asTenant } from "@deskpulse/db/transaction";
import type { LiveFigures } from "@deskpulse/domain/analytics/live-figures";
import { LRUCache } from "lru-cache";

/** Whoever watches asks often: all who watch a tenant share one look a second. */
const youngMs = 1_000;
const snapshotsMax = 1_000;
const statementTimeoutMs = 2_000;

interface Asked {
  readonly tenantId: string;
  readonly targetSeconds: number;
}

/** How tenants stand now, as this process saw it at most a second ago. */
export class LiveSnapshots {
  readonly #taken: LRUCache<string, LiveFigures, Asked>;

  constructor(database: Database) {
    this.#taken = new LRUCache<string, LiveFigures, Asked>({
      max: snapshotsMax,
      ttl: youngMs,
      ignoreFetchAbort: true,
      fetchMethod: (_key, _stale, { context: { tenantId, targetSeconds } }) =>
        asTenant(
          database,
          tenantId,
          (tx) => readLiveFigures(tx, { nowMs: Date.now(), targetMs: targetSeconds * 1_000 }),
          { isolation: "repeatable read", statementTimeoutMs },
        ),
    });
  }

  /** Rejects when Postgres does. */
  async of(asked: Asked): Promise<LiveFigures> {
    return await this.#taken.forceFetch(`${asked.tenantId}/${asked.targetSeconds}`, { context: asked });
  }
}
