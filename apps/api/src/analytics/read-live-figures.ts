import { presentLive } from "@deskpulse/domain/analytics/live-figures";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";
import { tenantOf } from "../tenants/tenant-of.ts";

export const readLiveFigures: Handler<"readLiveFigures"> = async ({ query, caller }, { live, tenants }) => {
  const tenantId = tenantOf(caller, query.tenantId);
  if ((await tenants.of(tenantId)) === null) throw unknownTenant();
  const { targetSeconds } = query;
  return {
    status: 200,
    headers: { "cache-control": "private, max-age=1" },
    body: presentLive(await live.of({ tenantId, targetSeconds }), targetSeconds),
  };
};
