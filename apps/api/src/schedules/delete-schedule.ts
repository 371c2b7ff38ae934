import { deleteSchedule as deleteRow } from "@deskpulse/db/schedules/write-schedule";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { findSchedule, mayEdit } from "./find-schedule.ts";
import { presentSchedule } from "./present-schedule.ts";

export const deleteSchedule: Handler<"deleteSchedule"> = async ({ params, caller }, { runs }) =>
  await inTenancy(runs, caller.tenantId, async (tx) => {
    const schedule = await findSchedule(tx, params.scheduleId, "lock");
    mayEdit(schedule);
    await deleteRow(tx, schedule.id);
    return { status: 200, body: presentSchedule(schedule) };
  });
