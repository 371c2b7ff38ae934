import { z } from "zod";

const integer = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const port = integer(0, 65_535);
export const milliseconds = integer(1, 86_400_000);
export const count = integer(1, 10_000);
/** "true" or "false", spelled out. */
export const flag = z.enum(["true", "false"]).transform((value) => value === "true");

const redisUrl = z.url({ protocol: /^rediss?$/, error: "expected redis://host:port" });

/** What every process is told. Secrets have no default: a missing one is named before anything listens. */
export const processVariables = {
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: "expected postgres://user:password@host:port/name" }),
  REDIS_URL: redisUrl,
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]{1,40}$/, "expected 1 to 40 of a-z, 0-9 and -")
    .default("deskpulse"),
  HOST: z.string().min(1).default("127.0.0.1"),
  LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"]).default("info"),
  DATABASE_PREPARED_STATEMENTS: flag.default(true),
  DATABASE_WAIT_MS: milliseconds.default(60_000),
  SHUTDOWN_LIMIT_MS: milliseconds.default(10_000),
};

/** For processes that use the cache. */
export const cacheVariables = {
  /** A server of its own for the cache; default the one of the queues. */
  CACHE_REDIS_URL: redisUrl.optional(),
  /** Bytes that cached values take at most, over all processes. */
  CACHE_BYTES_MAX: integer(1_000_000, 1_000_000_000_000).default(64 * 1_024 * 1_024),
};

/** Signing secret of access tokens; HS256 wants at least as many bits as it hashes to. */
export const jwtSecret = z.string().min(32, "expected at least 32 characters");

/** What kept secrets are encrypted with. */
export const secretsKey = z.string().min(32, "expected at least 32 characters");

/** Every variable that is wrong, a line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/**
 * Reads a process's variables once. Throws a ConfigError that names every bad variable, never its value.
 * Empty strings count as not set, so that `NAME= npm start` means the default.
 */
export function readConfig<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): z.output<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => {
    const name = issue.path.join(".");
    return `  ${name}: ${given[name] === undefined ? "is not set" : issue.message}`;
  });
  throw new ConfigError(`The configuration is wrong:\n${lines.join("\n")}`);
}
