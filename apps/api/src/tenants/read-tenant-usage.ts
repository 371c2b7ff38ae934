import { countActiveMembers } from "@deskpulse/db/identity/count-active-members";
import { countConversationsSince, countStoredRows } from "@deskpulse/db/tenancy/count-rows";
import { plans, type Quota } from "@deskpulse/domain/tenants/plan";
import { bucketStarts } from "@deskpulse/domain/time/buckets";
import type { Handler } from "../http/handler.ts";
import { inTenant, tenantOf } from "./tenant-of.ts";

interface Used {
  /** Null: nothing is counted. */
  readonly rows: number | null;
  readonly estimated?: boolean;
  readonly sinceMs?: number;
}

export const readTenantUsage: Handler<"readTenantUsage"> = async ({ params, caller }, { database, limiter }) => {
  const nowMs = Date.now();
  const tenantId = tenantOf(caller, params.tenantId);
  // asked of Redis before the transaction, which holds a connection
  const { calls, sinceMs } = await limiter.callsToday(tenantId);
  return await inTenant(database, tenantId, async (tx, { id, plan, timezone }) => {
    const [monthMs = nowMs] = bucketStarts({ fromMs: nowMs, toMs: nowMs + 1 }, "month", timezone);
    const used = {
      conversationsPerMonth: { ...(await countConversationsSince(tx, monthMs)), sinceMs: monthMs },
      agents: { rows: (await countActiveMembers(tx, id)).all },
      // without a limit nobody counts them
      apiCallsPerDay: { rows: plans[plan].apiCallsPerDay === null ? null : calls, sinceMs },
      storedRows: await countStoredRows(tx),
    };
    const ofQuota = (quota: Quota, { rows, estimated = false, sinceMs }: Used) => {
      const limit = plans[plan][quota];
      const since = sinceMs === undefined ? null : new Date(sinceMs).toISOString();
      return { limit, used: rows, share: limit === null || rows === null ? null : rows / limit, estimated, since };
    };
    const quotas = {
      conversationsPerMonth: ofQuota("conversationsPerMonth", used.conversationsPerMonth),
      agents: ofQuota("agents", used.agents),
      apiCallsPerDay: ofQuota("apiCallsPerDay", used.apiCallsPerDay),
      storedRows: ofQuota("storedRows", used.storedRows),
    };
    return { status: 200, body: { plan, measuredAt: new Date(nowMs).toISOString(), quotas } };
  });
};
