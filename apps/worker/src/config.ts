import { cacheVariables, count, milliseconds, port, processVariables, readConfig } from "@deskpulse/process/config";
import type { z } from "zod";

const variables = {
  ...processVariables,
  ...cacheVariables,
  WORKER_PORT: port.default(3002),
  DATABASE_POOL_MAX: count.default(10),
  /** Straight to Postgres, as the login that migrated: index builds and ANALYZE need it. Default: DATABASE_URL. */
  DATABASE_OWNER_URL: processVariables.DATABASE_URL.optional(),
  /** How long runs under way may go on after a stop was asked for; then they are given back. */
  WORKER_DRAIN_MS: milliseconds.default(5_000),
};

export type WorkerConfig = z.output<z.ZodObject<typeof variables>>;

/** Throws ConfigError naming every variable that is wrong. */
export const readWorkerConfig = (environment: Readonly<Record<string, string | undefined>>): WorkerConfig =>
  readConfig(variables, environment);
