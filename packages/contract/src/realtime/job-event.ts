import { runProblemCodes } from "@deskpulse/domain/runs/run";
import { runStates } from "@deskpulse/domain/runs/run-state";
import { z } from "zod";

/** What a job event can say: every state of a run, and that a started run got further. */
export const jobEventStates = [...runStates, "progress"] as const;

/** A result above this many bytes of JSON does not travel in an event; it is read over HTTP. */
export const eventResultBytesMax = 64 * 1024;

/** One change of one run. Equal changes may arrive more than once; an older one never follows a newer one. */
export const jobEvent = z.object({
  runId: z.uuid(),
  job: z.string().describe("The job's name, for example `analytics.response-time`."),
  tenantId: z.uuid().nullable().describe("Null for an operator's own run."),
  state: z.enum(jobEventStates).describe("`progress` means: still started, and further than before."),
  attempts: z.int().min(0).describe("Errors so far."),
  starts: z.int().min(0).describe("How often a worker took the run. Grows with each start, also after a crash."),
  at: z.iso.datetime().describe("When the run reached this state."),
  progress: z
    .object({ share: z.number().min(0).max(1), note: z.string().optional() })
    .optional()
    .describe("Of a started run that said how far it is."),
  result: z
    .unknown()
    .optional()
    .describe("Of a completed run, where it is at most 64 KiB of JSON; in `job:` and `user:` rooms only."),
  resultUrl: z.string().optional().describe("Of a completed run without `result` here: the path to read it from."),
  problem: z
    .object({ code: z.enum(runProblemCodes), detail: z.string() })
    .optional()
    .describe("Of a failed or cancelled run: why."),
});

export type JobEvent = z.output<typeof jobEvent>;
