import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { runSlotNow } from "@deskpulse/runs/schedules/run-slot-now";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { knownJob, mayStart } from "../jobs/job-request.ts";
import { presentRun, runLocation } from "../jobs/present-run.ts";
import { findSchedule } from "./find-schedule.ts";

export const runScheduleNow: Handler<"runScheduleNow"> = async (call, { runs, jobs }) => {
  const { params, caller, route } = call;
  const key = idempotencyKey(call.header("idempotency-key"));
  let announce = (): void => undefined;
  const reply = await inTenancy(runs, caller.tenantId, (tx) =>
    idempotently(tx, { key, route, bodyHash: params.scheduleId, caller }, async () => {
      const schedule = await findSchedule(tx, params.scheduleId, "lock");
      const definition = knownJob(jobs, schedule.job);
      mayStart(definition, caller);
      const tenant = schedule.tenantId === null ? null : await readTenant(tx, schedule.tenantId);
      const byHand = { schedule, definition, tenantZone: tenant?.timezone ?? null, requestedBy: caller.subject };
      const started = await runSlotNow(runs, tx, byHand);
      announce = started.announce;
      const headers = { location: runLocation(started.run.id) };
      return { status: 202 as const, body: presentRun(started.run), headers };
    }),
  );
  announce();
  return reply;
};
