import { listSchedules as readPage } from "@deskpulse/db/schedules/read-schedules";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";
import { presentSchedule } from "./present-schedule.ts";

export const listSchedules: Handler<"listSchedules"> = async ({ query, caller }, { runs }) => {
  const { limit, cursor: beforeId } = query;
  if (caller.tenantId !== null && query.tenantId !== undefined && query.tenantId !== caller.tenantId)
    throw unknownTenant();
  const tenantId = caller.tenantId ?? query.tenantId ?? null;
  const found = await inTenancy(runs, caller.tenantId, async (tx) => {
    if (tenantId !== null && (await readTenant(tx, tenantId)) === null) throw unknownTenant();
    return await readPage(tx, { tenantId, beforeId, limit: limit + 1 });
  });
  const items = found.slice(0, limit).map(presentSchedule);
  return { status: 200, body: { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null } };
};
