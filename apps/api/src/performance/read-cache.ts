import { ProblemError } from "@deskpulse/domain/errors";
import type { Handler } from "../http/handler.ts";
import { actingTenant, unknownTenant } from "../jobs/job-request.ts";

export const readCache: Handler<"readCache"> = async ({ caller, query }, { cacheFigures, tenants }) => {
  const isOfAll = caller.role === "operator" && query.tenantId === undefined;
  const tenantId = isOfAll ? null : actingTenant(caller, query.tenantId, true);
  if (tenantId !== null && (await tenants.of(tenantId)) === null) throw unknownTenant();
  const figures = await cacheFigures.read(tenantId, query.windowMinutes);
  if (figures === null)
    throw new ProblemError("unavailable", "the cache cannot be asked now", { retryAfterSeconds: 2 });
  const { sampledAtMs, ...rest } = figures;
  return { status: 200, body: { ...rest, sampledAt: new Date(sampledAtMs).toISOString(), tenantId } };
};
