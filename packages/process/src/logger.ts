import { pino } from "pino";
import pretty from "pino-pretty";

export type Logger = pino.Logger;

const secretPaths = [
  "password",
  "token",
  "secret",
  "authorization",
  "cookie",
  "*.password",
  "*.token",
  "*.secret",
  "*.authorization",
  "*.cookie",
  'headers["set-cookie"]',
  '*.headers["set-cookie"]',
];

/** A line may wait this long or until this much has gathered: a system call per line would cost more than the request. */
const flushEveryMs = 250;
const gatherBytes = 8_192;

/** JSON lines on stdout, or readable ones where a person watches. Secrets are redacted by name. Ends with the process. */
export function createLogger(app: string, level: string): Logger {
  const options = {
    name: app,
    level,
    redact: { paths: secretPaths, censor: "[redacted]" },
    base: { app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (process.stdout.isTTY) return pino(options, pretty({ sync: true, ignore: "pid,app,name" }));
  const destination = pino.destination({ fd: process.stdout.fd, sync: false, minLength: gatherBytes });
  setInterval(() => destination.flush(), flushEveryMs).unref();
  // process.exit may come at any time, also before the destination is open
  process.on("exit", () => {
    try {
      destination.flushSync();
    } catch {
      // nobody is left to be told
    }
  });
  return pino(options, destination);
}
