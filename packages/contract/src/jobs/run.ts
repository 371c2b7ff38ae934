import { runProblemCodes } from "@deskpulse/domain/runs/run";
import { runStates } from "@deskpulse/domain/runs/run-state";
import { z } from "zod";

const time = z.iso.datetime();

/** A run as callers see it. */
export const runBody = z.strictObject({
  id: z.uuid(),
  job: z.string(),
  tenantId: z.uuid().nullable(),
  state: z.enum(runStates),
  startedBy: z.string(),
  /** Errors so far. */
  attempts: z.int(),
  /** Times a worker took it: more than attempts + 1 means that workers died with it. */
  starts: z.int(),
  /** 0 goes before all others; of 1 to 1,000 the lower goes first. */
  priority: z.int(),
  progress: z.object({ share: z.number(), note: z.string().optional() }).nullable(),
  errors: z.array(z.strictObject({ at: time, attempt: z.int(), message: z.string() })),
  cancelRequested: z.boolean(),
  createdAt: time,
  runAt: time,
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  waitedMs: z.number().nullable(),
  ranMs: z.number().nullable(),
  result: z.unknown(),
  problem: z.strictObject({ code: z.enum(runProblemCodes), detail: z.string() }).nullable(),
});

export const runWithLog = runBody.extend({ log: z.array(z.strictObject({ at: time, line: z.string() })) });

/** The runs of a batch, in the order in which they were asked for. */
export const runBatch = z.strictObject({ runs: z.array(runBody) });

/** In a list, a run comes without its result. */
export const runList = z.strictObject({
  items: z.array(runBody.omit({ result: true })),
  nextCursor: z.uuid().nullable(),
});
