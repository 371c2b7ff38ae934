import type { Database } from "@deskpulse/db/connect";
import { refoldPage } from "@deskpulse/db/ingest/refold-page";
import { nextTenants } from "@deskpulse/db/tenancy/next-tenants";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { Logger } from "@deskpulse/process/logger";
import { schedule } from "node-cron";

const tenantsAtOnce = 100;
const perPage = 200;
const statementTimeoutMs = 30_000;

/**
 * A worker that starts goes once through all tenants and folds anew the conversations that an older version folded: what a
 * new version measures is then measured of all. After an error it begins again the next minute. Workers that meet wait
 * for each other's conversations and write what is equal.
 */
export function startRefoldTicks(database: Database, log: Pick<Logger, "warn">): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let folding: Promise<void> | undefined;
  let isDone = false;

  async function foldAll(): Promise<void> {
    const options = { statementTimeoutMs, signal: stopping.signal };
    try {
      for (let after: string | null = null; ; ) {
        const tenants: string[] = await asEngine(database, (tx) => nextTenants(tx, after, tenantsAtOnce));
        for (const tenantId of tenants) {
          while (await asTenant(database, tenantId, (tx) => refoldPage(tx, perPage), options));
        }
        after = tenants.at(-1) ?? null;
        if (after === null) break;
      }
      isDone = true;
    } catch (error) {
      if (!stopping.signal.aborted) log.warn({ err: error }, "could not fold anew; the next minute tries again");
    }
  }

  const fold = (): void => {
    if (isDone) return;
    folding ??= foldAll().finally(() => {
      folding = undefined;
    });
  };
  const everyMinute = schedule("0 * * * * *", fold, { timezone: "UTC", name: "refold" });
  fold();
  return {
    async stop() {
      stopping.abort();
      await everyMinute.destroy();
      await folding;
    },
  };
}
