import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { z } from "zod";

/** What is to be generated. The same request means the same rows. */
export interface GenerateRequest {
  readonly conversations: number;
  readonly days: number;
  readonly tenants: number;
  readonly seed: number;
  /** Nothing happens at or after it, epoch milliseconds. */
  readonly until: number;
}

export const generateUsage = `Usage: npm run generate -- --conversations N --days D --tenants T --seed S [--until ISO]
  --conversations  1 to 20000000, at least one a tenant; seven messages each on average
  --days           1 to 3650
  --tenants        1 to 1000; the first holds half of all
  --seed           0 to 2147483647; the same call with the same seed gives the same rows
  --until          an instant with zone, such as 2026-01-31T00:00:00Z; by default the last full hour
Exit codes: 0 generated, 1 wrong call or failed on the way.`;

/** A call that cannot be carried out; the message is for the person who made it. */
export class GenerateCallError extends Error {
  override readonly name = "GenerateCallError";
}

const hourMs = 3_600_000;
const whole = (low: number, high: number) => {
  const message = `expected a whole number from ${low} to ${high}`;
  return z
    .string("is missing")
    .regex(/^\d{1,10}$/, message)
    .transform(Number)
    .refine((value) => value >= low && value <= high, message);
};

const Options = z
  .object({
    conversations: whole(1, 20_000_000),
    days: whole(1, 3_650),
    tenants: whole(1, 1_000),
    seed: whole(0, 2_147_483_647),
    until: z.iso
      .datetime({ offset: true, error: "expected an instant with zone, such as 2026-01-31T00:00:00Z" })
      .transform((text) => Date.parse(text))
      .refine((at) => at >= Date.UTC(2000, 0, 1) && at < Date.UTC(2100, 0, 1), "lies outside 2000 to 2100")
      .optional(),
  })
  .refine(({ conversations, tenants }) => conversations >= tenants, {
    path: ["conversations"],
    message: "expected at least one a tenant",
  });

/** Reads the command line; `help` for a person who asks how. Throws GenerateCallError that names every wrong option. */
export function readGenerateCall(args: readonly string[], now: number): GenerateRequest | "help" {
  const text = { type: "string" } as const;
  const options = { conversations: text, days: text, tenants: text, seed: text, until: text } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options: { ...options, help: { type: "boolean", short: "h" } } }));
  } catch (error) {
    throw new GenerateCallError(`${error instanceof Error ? error.message : error}\n${generateUsage}`);
  }
  if (values.help === true) return "help";
  const parsed = Options.safeParse(values);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
    throw new GenerateCallError(`${wrong.join("\n")}\n${generateUsage}`);
  }
  const { until, ...counts } = parsed.data;
  return { ...counts, until: until ?? Math.floor(now / hourMs) * hourMs };
}

/** Six characters that stand for the whole request: part of every name, so that requests do not meet. */
export function keyOfRequest({ conversations, days, tenants, seed, until }: GenerateRequest): string {
  return createHash("sha256")
    .update(JSON.stringify([conversations, days, tenants, seed, until]))
    .digest("hex")
    .slice(0, 6);
}
