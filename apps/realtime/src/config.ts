import { count, jwtSecret, milliseconds, port, processVariables, readConfig } from "@deskpulse/process/config";
import { z } from "zod";

const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

const realtimeVariables = {
  ...processVariables,
  REALTIME_PORT: port.default(3001),
  /** The path under which Socket.IO answers. */
  REALTIME_PATH: z
    .string()
    .regex(/^\/[\w./-]*$/, "expected a path that begins with /")
    .default("/socket.io/"),
  /** Origins, separated by commas, from which browsers may connect. None by default. */
  REALTIME_CORS_ORIGINS: z
    .string()
    .default("")
    .transform((list) => list.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()])))
    .refine((origins) => origins.every(isOrigin), "expected origins as https://host[:port], separated by commas"),
  JWT_SECRET: jwtSecret,
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  /** Where keys of tokens from elsewhere are published; without it only our own count. */
  JWKS_URL: z.url({ protocol: /^https?$/, error: "expected http(s)://host/path" }).optional(),
  DATABASE_POOL_MAX: count.default(5),
  REALTIME_PING_INTERVAL_MS: milliseconds.default(25_000),
  REALTIME_PING_TIMEOUT_MS: milliseconds.default(20_000),
};

export type RealtimeConfig = ReturnType<typeof readRealtimeConfig>;

/** Throws a ConfigError that names every bad variable. */
export const readRealtimeConfig = (environment: Readonly<Record<string, string | undefined>>) =>
  readConfig(realtimeVariables, environment);
