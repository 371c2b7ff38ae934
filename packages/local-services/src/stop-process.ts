import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "./error-code.ts";
import { processIdentity } from "./process-identity.ts";

/**
 * Sends the signals one after another, each with `stepMs` to work, until the process is gone.
 * Does nothing when it is gone already, nor to another process that got its pid meanwhile.
 */
export async function stopProcess(
  pid: number,
  options: { signals: NodeJS.Signals[]; stepMs: number; group?: boolean },
): Promise<void> {
  const identity = processIdentity(pid);
  if (identity === null) return;
  for (const signal of options.signals) {
    send(options.group ? -pid : pid, signal);
    const deadline = Date.now() + options.stepMs;
    while (Date.now() < deadline) {
      if (processIdentity(pid) !== identity) return;
      await sleep(20);
    }
  }
}

function send(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}
