import { ConfigError } from "@deskpulse/process/config";
import { stopOnSignals } from "@deskpulse/process/lifecycle";
import { createLogger } from "@deskpulse/process/logger";
import { type RealtimeConfig, readRealtimeConfig } from "./config.ts";
import { startRealtime } from "./start-realtime.ts";

function configOrExit(): RealtimeConfig {
  try {
    return readRealtimeConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

const config = configOrExit();
const log = createLogger("realtime", config.LOG_LEVEL);
try {
  const { port, parts } = await startRealtime(config, log);
  stopOnSignals(parts, config.SHUTDOWN_LIMIT_MS, log);
  log.info({ host: config.HOST, port, path: config.REALTIME_PATH }, "listening");
} catch (error) {
  log.fatal({ err: error }, "could not start");
  process.exit(1);
}
