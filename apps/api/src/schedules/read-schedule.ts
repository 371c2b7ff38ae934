import { readSlots } from "@deskpulse/db/schedules/read-schedules";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { findSchedule } from "./find-schedule.ts";
import { presentSchedule, presentSlots } from "./present-schedule.ts";

const slotsMax = 20;

export const readSchedule: Handler<"readSchedule"> = async ({ params, caller }, { runs }) =>
  await inTenancy(runs, caller.tenantId, async (tx) => {
    const schedule = await findSchedule(tx, params.scheduleId, "look");
    const slots = presentSlots(await readSlots(tx, schedule.id, slotsMax));
    return { status: 200, body: { ...presentSchedule(schedule), slots } };
  });
