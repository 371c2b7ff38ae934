import { count, flag, jwtSecret, port, processVariables, readConfig } from "@deskpulse/process/config";
import { z } from "zod";

const origins = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((origin) => origin.trim())
      .filter((origin) => origin !== ""),
  )
  .pipe(z.array(z.url({ protocol: /^https?$/, error: "expected a comma list of http(s) origins" })));

const variables = {
  ...processVariables,
  API_PORT: port.default(3000),
  JWT_SECRET: jwtSecret,
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  DATABASE_POOL_MAX: count.default(10),
  /** Bytes of a request body at most. */
  BODY_BYTES_MAX: z.coerce.number().int().min(1_000).max(50_000_000).default(256_000),
  /** Other origins from which operators may use the board: a proxy's public address. */
  BOARD_ORIGINS: origins,
  BOARD_SECURE_COOKIE: flag.default(false),
};

export type ApiConfig = z.output<z.ZodObject<typeof variables>>;

/** Throws ConfigError naming every variable that is wrong. */
export const readApiConfig = (environment: Readonly<Record<string, string | undefined>>): ApiConfig =>
  readConfig(variables, environment);
