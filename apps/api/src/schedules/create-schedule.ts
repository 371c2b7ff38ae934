import { insertSchedule } from "@deskpulse/db/schedules/write-schedule";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { ProblemError } from "@deskpulse/domain/errors";
import { newScheduleId } from "@deskpulse/runs/schedules/slots";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { parsePart } from "../http/parse-part.ts";
import { actingTenant, knownJob, mayStart, requestFor, unknownTenant } from "../jobs/job-request.ts";
import { presentSchedule, scheduleLocation } from "./present-schedule.ts";
import { scheduleTimes } from "./schedule-times.ts";

const schedulesMax = 100;

export const createSchedule: Handler<"createSchedule"> = async (call, { runs, jobs }) => {
  const { caller, body } = call;
  const definition = knownJob(jobs, body.job);
  mayStart(definition, caller);
  const tenantId = actingTenant(caller, body.tenantId, definition.role !== "operator");
  const request = parsePart(definition.request, body.input, "body", "/input");
  const key = idempotencyKey(call.header("idempotency-key"));
  return await inTenancy(runs, tenantId, (tx) =>
    idempotently(tx, { key, route: call.route, bodyHash: call.bodyHash(), caller }, async () => {
      const tenant = tenantId === null ? null : await readTenant(tx, tenantId);
      if (tenantId !== null && tenant === null) throw unknownTenant();
      requestFor(tenant, definition, request, caller, "/input"); // would it make a run now?
      const { timezone, firstAtMs } = scheduleTimes(body.cron, body.timezone ?? tenant?.timezone ?? "UTC");
      const nextAtMs = body.enabled ? firstAtMs : null;
      const schedule = { ...body, id: newScheduleId(), tenantId, timezone, nextAtMs, createdBy: caller.subject };
      const stored = await insertSchedule(tx, schedule, schedulesMax);
      if (stored === null) throw new ProblemError("conflict", `there are ${schedulesMax} schedules already`);
      const headers = { location: scheduleLocation(stored.id) };
      return { status: 201 as const, body: presentSchedule(stored), headers };
    }),
  );
};
