import { setTimeout as sleep } from "node:timers/promises";
import type { Processors, RunContext } from "@deskpulse/runs/worker/processor";
import type { drillJobs } from "./job-map.ts";

interface Task {
  readonly token: string;
  readonly workMs: number;
  readonly failures: number;
}

/** Leaves a trace of the start in a transaction of its own, works, and fails as often as it is told to. */
async function work(
  { workMs, failures }: Task,
  ctx: Pick<RunContext<unknown>, "runId" | "attempt" | "signal" | "inEngine">,
): Promise<void> {
  await ctx.inEngine(({ sql }) => sql`insert into drill_starts (run_id, pid) values (${ctx.runId}, ${process.pid})`);
  await sleep(workMs, undefined, { signal: ctx.signal });
  if (ctx.attempt <= failures) throw new Error(`attempt ${ctx.attempt} fails as planned`);
}

/** Takes the place of the workers' map: nobody asks for the platform's own jobs during a drill. */
export const createProcessors = (): Processors<typeof drillJobs> => ({
  effect: async ({ input, ctx }) => {
    await work(input, ctx);
    return await ctx.finishIn(async ({ sql }) => {
      await sql`insert into drill_effects (run_id, token, pid) values (${ctx.runId}, ${input.token}, ${process.pid})`;
      // long enough that some workers die between their row and their commit
      await sql`select pg_sleep(0.03)`;
      return { token: input.token };
    });
  },
  plain: async ({ input, ctx }) => {
    await work(input, ctx);
    return { token: input.token };
  },
});
