import type { Database } from "@deskpulse/db/connect";
import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { tenantsToRollUp } from "@deskpulse/db/rollups/tenants-to-roll-up";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { Logger } from "@deskpulse/process/logger";
import { schedule } from "node-cron";

const tenantsMax = 1_000;
const marksMax = 2_000;
/** Of one tenant in one tick: who imports years keeps nobody else waiting. */
const roundsMax = 5;
/** A round makes some weeks anew: seconds for the largest tenants. */
const statementTimeoutMs = 30_000;

/** Every worker rolls up each second what changed; a lock per tenant decides who. */
export function startRollupTicks(database: Database, log: Pick<Logger, "warn">): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let rolling: Promise<void> | undefined;

  async function roll(tenantId: string): Promise<void> {
    for (let round = 0, more = true; more && round < roundsMax && !stopping.signal.aborted; round++) {
      more = await asTenant(database, tenantId, (tx) => refreshRollups(tx, marksMax), {
        statementTimeoutMs,
        signal: stopping.signal,
      });
    }
  }

  async function rollAll(): Promise<void> {
    try {
      for (const tenantId of await asEngine(database, (tx) => tenantsToRollUp(tx, tenantsMax))) {
        if (stopping.signal.aborted) return;
        await roll(tenantId);
      }
    } catch (error) {
      if (!stopping.signal.aborted)
        log.warn({ err: error }, "could not roll up; reports take the facts, the next tick tries again");
    }
  }

  const everySecond = schedule(
    "* * * * * *",
    () => {
      rolling ??= rollAll().finally(() => {
        rolling = undefined;
      });
    },
    { timezone: "UTC", name: "rollups" },
  );
  return {
    async stop() {
      stopping.abort();
      await everySecond.destroy();
      await rolling;
    },
  };
}
