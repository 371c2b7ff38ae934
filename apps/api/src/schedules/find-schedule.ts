import { readSchedule } from "@deskpulse/db/schedules/read-schedules";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Schedule } from "@deskpulse/domain/schedules/schedule";

export const unknownSchedule = (): ProblemError => new ProblemError("not-found", "there is no such schedule");

/** A schedule that the transaction may see; "lock": for a change. Throws ProblemError (not-found). */
export async function findSchedule(tx: TenantTx | EngineTx, id: string, purpose: "lock" | "look"): Promise<Schedule> {
  const schedule = await readSchedule(tx, id, purpose === "lock");
  if (schedule === null) throw unknownSchedule();
  return schedule;
}

/** Throws ProblemError (conflict) for one that its job's definition owns. */
export function mayEdit(schedule: Schedule): void {
  if (!schedule.builtIn) return;
  throw new ProblemError("conflict", "this schedule comes with its job: it can be enabled and disabled, no more");
}
