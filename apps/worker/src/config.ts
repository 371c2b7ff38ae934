import { count, milliseconds, port, processVariables, readConfig } from "@deskpulse/process/config";
import type { z } from "zod";

const variables = {
  ...processVariables,
  WORKER_PORT: port.default(3002),
  DATABASE_POOL_MAX: count.default(10),
  /** How long runs under way may go on after a stop was asked for; then they are given back. */
  WORKER_DRAIN_MS: milliseconds.default(5_000),
};

export type WorkerConfig = z.output<z.ZodObject<typeof variables>>;

/** Throws ConfigError naming every variable that is wrong. */
export const readWorkerConfig = (environment: Readonly<Record<string, string | undefined>>): WorkerConfig =>
  readConfig(variables, environment);
