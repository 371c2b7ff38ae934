import type { Database } from "@deskpulse/db/connect";
import { planOfTenant } from "@deskpulse/db/identity/plan-of-tenant";
import { asTenant } from "@deskpulse/db/transaction";
import { plans } from "@deskpulse/domain/tenants/plan";
import { LRUCache } from "lru-cache";
import type { DailyCalls } from "../http/rate-limit.ts";

/** A change of plan holds within this time. */
const knownMsDefault = 30_000;
const tenantsMax = 10_000;
/** What a plan without a limit, and a tenant that is not there, come to. */
const unlimited = Number.POSITIVE_INFINITY;

/** The calls a day of each tenant's plan, read in the background: the first requests of a process wait for nothing. */
export function createDailyCalls(database: Database, knownMs = knownMsDefault): DailyCalls {
  const known = new LRUCache<string, number>({
    max: tenantsMax,
    ttl: knownMs,
    allowStale: true,
    // else the look that finds it old forgets it, and until it is read again nothing is limited
    noDeleteOnStaleGet: true,
    // while Postgres is away, what was known holds
    allowStaleOnFetchRejection: true,
    fetchMethod: async (tenantId) => {
      const plan = await asTenant(database, tenantId, (tx) => planOfTenant(tx));
      return plan === null ? unlimited : (plans[plan].apiCallsPerDay ?? unlimited);
    },
  });
  return (tenantId) => {
    const quota = known.get(tenantId, { allowStale: true });
    if (known.getRemainingTTL(tenantId) <= 0) known.fetch(tenantId).catch(() => undefined);
    return quota === undefined || quota === unlimited ? null : quota;
  };
}
