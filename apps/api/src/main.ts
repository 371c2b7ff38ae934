import { jobs } from "@deskpulse/jobs/catalog";
import { ConfigError } from "@deskpulse/process/config";
import { stopOnSignals } from "@deskpulse/process/lifecycle";
import { createLogger } from "@deskpulse/process/logger";
import { type ApiConfig, readApiConfig } from "./config.ts";
import { startApi } from "./start-api.ts";

function configOrExit(): ApiConfig {
  try {
    return readApiConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = configOrExit();
const log = createLogger("api", config.LOG_LEVEL);
try {
  const { port, parts } = await startApi(config, jobs, log);
  stopOnSignals(parts, config.SHUTDOWN_LIMIT_MS, log);
  log.info({ host: config.HOST, port }, "listening");
} catch (error) {
  log.fatal({ err: error }, "could not start");
  process.exit(1);
}
