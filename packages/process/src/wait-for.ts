import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "./logger.ts";

/**
 * Waits at start until `attempt` succeeds, trying again with a growing pause (at most 5 s); throws its last error
 * when `limitMs` is over. For what a process cannot start without.
 */
export async function waitFor<T>(what: string, attempt: () => Promise<T>, limitMs: number, log: Logger): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (let pauseMs = 250; ; pauseMs = Math.min(5_000, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() + pauseMs >= deadline) {
        throw new Error(`${what} could not be reached within ${limitMs} ms`, { cause: error });
      }
      log.warn({ err: error, againInMs: pauseMs }, `${what} is not reachable yet`);
      await sleep(pauseMs);
    }
  }
}
