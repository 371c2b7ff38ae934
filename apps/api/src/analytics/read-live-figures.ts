import type { StandingNow } from "@deskpulse/db/analytics/read-live-figures";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";
import { tenantOf } from "../tenants/tenant-of.ts";

export const readLiveFigures: Handler<"readLiveFigures"> = async ({ query, caller }, { live, tenants }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  if ((await tenants.of(tenantId)) === null) throw unknownTenant();
  const { targetSeconds } = query;
  const { sampledAtMs, queues, arrivals, agentsActive, ...whole } = await live.of({ tenantId, targetSeconds });
  return {
    status: 200,
    headers: { "cache-control": "private, max-age=1" },
    body: {
      sampledAt: new Date(sampledAtMs).toISOString(),
      targetSeconds,
      ...inSeconds(whole),
      arrivals,
      agentsActive,
      queues: queues.map(({ kind, id, name, ...stands }) => ({ kind, id, name, ...inSeconds(stands) })),
    },
  };
};

const inSeconds = ({ longestWaitMs, ...counts }: StandingNow) => ({
  ...counts,
  longestWaitSeconds: longestWaitMs === null ? null : longestWaitMs / 1_000,
});
