import { ConfigError } from "@deskpulse/process/config";
import { stopOnSignals } from "@deskpulse/process/lifecycle";
import { createLogger } from "@deskpulse/process/logger";
import workerPackage from "../package.json" with { type: "json" };
import { readWorkerConfig, type WorkerConfig } from "./config.ts";
import { runWorker } from "./run-worker.ts";

function configOrExit(): WorkerConfig {
  try {
    return readWorkerConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = configOrExit();
const log = createLogger("worker", config.LOG_LEVEL);
try {
  const { port, parts } = await runWorker(config, log, workerPackage.version);
  stopOnSignals(parts, config.SHUTDOWN_LIMIT_MS, log);
  log.info({ host: config.HOST, port }, "listening");
} catch (error) {
  log.fatal({ err: error }, "could not start");
  process.exit(1);
}
