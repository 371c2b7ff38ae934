import type { Logger } from "./logger.ts";

export interface Stoppable {
  readonly name: string;
  stop(): Promise<void>;
}

/**
 * Runs a process until SIGINT or SIGTERM: then stops the parts in the order given, and exits 0 when they are done or
 * 1 when `limitMs` is over. A second signal changes nothing (npm forwards one beside the terminal's).
 * An uncaught error is logged and ends the process at once with 1: its state is not to be trusted.
 */
export function stopOnSignals(parts: readonly Stoppable[], limitMs: number, log: Logger): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal, limitMs }, "stopping");
    const limit = setTimeout(() => {
      log.error({ limitMs }, "did not stop in time");
      process.exit(1);
    }, limitMs);
    void stopInOrder(parts, log).then(() => {
      clearTimeout(limit);
      log.info("stopped");
      process.exit(0);
    });
  };
  process.on("SIGINT", () => stop("SIGINT"));
  process.on("SIGTERM", () => stop("SIGTERM"));
  const crash = (error: unknown, kind: string): void => {
    log.fatal({ err: error, kind }, "crashed");
    process.exit(1);
  };
  process.on("uncaughtException", (error) => crash(error, "uncaughtException"));
  process.on("unhandledRejection", (error) => crash(error, "unhandledRejection"));
}

async function stopInOrder(parts: readonly Stoppable[], log: Logger): Promise<void> {
  for (const part of parts) {
    try {
      await part.stop();
    } catch (error) {
      log.error({ err: error, part: part.name }, "could not stop cleanly");
    }
  }
}
