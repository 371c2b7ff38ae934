import { setTimeout as sleep } from "node:timers/promises";

/**
 * Calls `attempt` until it stops throwing and gives back its value; after the deadline its last error is thrown.
 * For what happens soon but not at once: no test sleeps for a guessed time.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  options: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const { timeoutMs = 5_000, everyMs = 20 } = options;
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
      await sleep(everyMs);
    }
  }
}
