import { listRuns } from "@deskpulse/db/jobs/list-runs";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { hasRole } from "@deskpulse/domain/tenants/role";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "./job-request.ts";
import { presentRun } from "./present-run.ts";

export const listJobs: Handler<"listJobs"> = async ({ query, caller }, { runs }) => {
  if (caller.tenantId !== null && query.tenantId !== undefined && query.tenantId !== caller.tenantId)
    throw unknownTenant();
  const found = await inTenancy(runs, caller.tenantId, async (tx) => {
    if (query.tenantId !== undefined && (await readTenant(tx, query.tenantId)) === null) throw unknownTenant();
    return await listRuns(tx, {
      tenantId: caller.tenantId ?? query.tenantId,
      createdBy: hasRole(caller.role, "supervisor") ? undefined : caller.subject,
      state: query.state,
      job: query.job,
      createdFromMs: query.from === undefined ? undefined : Date.parse(query.from),
      createdToMs: query.to === undefined ? undefined : Date.parse(query.to),
      beforeId: query.cursor,
      limit: query.limit + 1,
    });
  });
  const items = found
    .slice(0, query.limit)
    .map(presentRun)
    .map(({ result: _result, ...rest }) => rest);
  return { status: 200, body: { items, nextCursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null } };
};
