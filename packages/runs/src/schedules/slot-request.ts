import { ProblemError } from "@deskpulse/domain/errors";
import type { Schedule } from "@deskpulse/domain/schedules/schedule";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { preparedInput, type RunRequest } from "../new-run.ts";

/** What a slot asks for, or why it can ask for nothing. */
export type SlotRequest =
  | { readonly kind: "run"; readonly request: RunRequest }
  | { readonly kind: "refused"; readonly detail: string };

/** Completes a schedule's request for one slot: what is relative in it ("the last 30 days") is relative to the slot. */
export function slotRequest(
  schedule: Schedule,
  definition: JobDefinition | undefined,
  tenantZone: string | null,
  slotAtMs: number,
): SlotRequest {
  if (definition === undefined) return { kind: "refused", detail: "there is no such job any more" };
  try {
    const input = preparedInput(definition, definition.request.parse(schedule.input), tenantZone, slotAtMs);
    const { tenantId, createdBy, priority } = schedule;
    return { kind: "run", request: { definition, input, tenantId, createdBy, priority } };
  } catch (error) {
    const detail = error instanceof ProblemError ? error.message : "its input does not fit the job any more";
    return { kind: "refused", detail };
  }
}
