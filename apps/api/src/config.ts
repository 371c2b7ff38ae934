import { isIP } from "node:net";
import {
  cacheVariables,
  count,
  flag,
  jwtSecret,
  port,
  processVariables,
  readConfig,
  secretsKey,
} from "@deskpulse/process/config";
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

const requests = z.coerce.number().int().min(1).max(1_000_000_000);

/** What Express takes for a proxy: an address, a subnet or a name of subnets. */
const isProxy = (entry: string): boolean => {
  const [address = "", bits, ...more] = entry.split("/");
  if (["loopback", "linklocal", "uniquelocal"].includes(entry)) return true;
  return isIP(address) !== 0 && more.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits));
};

const variables = {
  ...processVariables,
  ...cacheVariables,
  API_PORT: port.default(3000),
  JWT_SECRET: jwtSecret,
  /** Without it no secrets of webhooks are kept, and none of their webhooks taken. */
  SECRETS_KEY: secretsKey.optional(),
  JWT_ISSUER: z.string().min(1).optional(),
  JWT_AUDIENCE: z.string().min(1).optional(),
  /** Where keys of tokens from elsewhere are published; without it only our own count. */
  JWKS_URL: z.url({ protocol: /^https?$/, error: "expected http(s)://host/path" }).optional(),
  /** Requests in each window of so many seconds. */
  RATE_LIMIT_WINDOW_SECONDS: z.coerce.number().int().min(1).max(3_600).default(60),
  RATE_LIMIT_PER_TENANT: requests.default(600_000),
  RATE_LIMIT_PER_CALLER: requests.default(300_000),
  RATE_LIMIT_PER_ADDRESS: requests.default(600_000),
  /** Failed attempts to sign in, in each window of so many seconds. */
  SIGN_IN_WINDOW_SECONDS: z.coerce.number().int().min(1).max(86_400).default(900),
  SIGN_IN_FAILURES_PER_ACCOUNT: requests.default(10),
  SIGN_IN_FAILURES_PER_ADDRESS: requests.default(100),
  /** Proxies whose X-Forwarded-For is believed, as addresses or subnets. */
  TRUSTED_PROXIES: z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((entry) => (entry.trim() === "" ? [] : [entry.trim()])))
    .refine(
      (entries) => entries.every(isProxy),
      "expected a comma list of addresses, subnets or loopback, uniquelocal",
    ),
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
