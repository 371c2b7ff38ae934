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

/** JSON lines on stdout, or readable ones where a person watches. Secrets are redacted by name. */
export function createLogger(app: string, level: string): Logger {
  const options = {
    name: app,
    level,
    redact: { paths: secretPaths, censor: "[redacted]" },
    base: { app, pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return process.stdout.isTTY ? pino(options, pretty({ sync: true, ignore: "pid,app,name" })) : pino(options);
}
