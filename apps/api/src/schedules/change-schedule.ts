import { updateSchedule } from "@deskpulse/db/schedules/write-schedule";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { parsePart } from "../http/parse-part.ts";
import { knownJob, mayStart, requestFor } from "../jobs/job-request.ts";
import { findSchedule, mayEdit, unknownSchedule } from "./find-schedule.ts";
import { presentSchedule } from "./present-schedule.ts";
import { scheduleTimes } from "./schedule-times.ts";

export const changeSchedule: Handler<"changeSchedule"> = async ({ params, body, caller }, { runs, jobs }) =>
  await inTenancy(runs, caller.tenantId, async (tx) => {
    const before = await findSchedule(tx, params.scheduleId, "lock");
    if (Object.keys(body).some((name) => name !== "enabled")) mayEdit(before);
    const definition = knownJob(jobs, before.job);
    mayStart(definition, caller);
    if (body.input !== undefined) {
      const request = parsePart(definition.request, body.input, "body", "/input");
      const tenant = before.tenantId === null ? null : await readTenant(tx, before.tenantId);
      requestFor(tenant, definition, request, caller, "/input"); // would it make a run now?
    }
    const after: Schedule = {
      ...before,
      name: body.name ?? before.name,
      input: body.input ?? before.input,
      cron: body.cron ?? before.cron,
      catchUp: body.catchUp ?? before.catchUp,
      overlap: body.overlap ?? before.overlap,
      priority: body.priority ?? before.priority,
      enabled: body.enabled ?? before.enabled,
    };
    const { timezone, firstAtMs } = scheduleTimes(after.cron, body.timezone ?? before.timezone);
    // what is due and not fired yet stays due, unless the times themselves have changed
    const isRetimed = after.cron !== before.cron || timezone !== before.timezone;
    const nextAtMs = !after.enabled ? null : isRetimed ? firstAtMs : (before.nextAtMs ?? firstAtMs);
    const changed = await updateSchedule(tx, { ...after, timezone, nextAtMs });
    if (changed === null) throw unknownSchedule();
    return { status: 200, body: presentSchedule(changed) };
  });
