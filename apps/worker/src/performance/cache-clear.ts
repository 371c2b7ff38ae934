import { clearCache } from "@deskpulse/cache/clear-cache";
import type { cacheClear as definition } from "@deskpulse/jobs/performance/cache-clear";
import type { Processor } from "@deskpulse/runs/worker/processor";
import type { WorkerParts } from "../worker-parts.ts";

/** Clears the cache of the run's tenant, or of all. */
export const cacheClear =
  ({ cache }: Pick<WorkerParts, "cache">): Processor<typeof definition> =>
  async ({ input, ctx }) => {
    const startedAtMs = Date.now();
    const cleared = await clearCache(cache, {
      tenantId: ctx.tenantId,
      ...input,
      signal: ctx.signal,
      onStep: (keysScanned) => ctx.progress(0.5, `${keysScanned} keys looked at`),
    });
    ctx.log(`freed ${cleared.keysFreed} keys, ${cleared.bytesFreed} bytes`);
    return { ...cleared, seconds: (Date.now() - startedAtMs) / 1_000 };
  };
