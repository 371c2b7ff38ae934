import { parseArgs } from "node:util";
import { email } from "@deskpulse/contract/tenants/user";
import type { Database } from "@deskpulse/db/connect";
import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { insertOperator } from "@deskpulse/db/identity/insert-operator";
import { asEngine } from "@deskpulse/db/transaction";
import { hashPassword } from "@deskpulse/identity/password";
import { z } from "zod";

export const createOperatorUsage = `Usage: npm run operator -- --email E --name N [--read-only]
The password is the first line of standard input, or DESKPULSE_PASSWORD; at least 12 characters.
Exit codes: 0 made, 1 refused or failed.`;

/** A call that cannot be carried out; the message is for the person who made it. */
export class OperatorCallError extends Error {
  override readonly name = "OperatorCallError";
}

const Call = z.object({
  email,
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}*$/u, "holds control characters"),
  "read-only": z.boolean().default(false),
});

export interface OperatorCall {
  readonly email: string;
  readonly name: string;
  readonly operator: "full" | "read-only";
}

/** Reads the command line; `help` for a person who asks how. Throws OperatorCallError that names what is wrong. */
export function readOperatorCall(args: readonly string[]): OperatorCall | "help" {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { email: text, name: text, "read-only": flag, help: { ...flag, short: "h" } } as const;
  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options }));
  } catch {
    // the parser would repeat what was typed, and that may be a password
    throw new OperatorCallError(
      `There is an option that is not known here, or a word too much.\n${createOperatorUsage}`,
    );
  }
  if (values.help === true) return "help";
  const parsed = Call.safeParse(values);
  if (!parsed.success) {
    const wrong = parsed.error.issues.map(({ path, message }) => `--${path.join(".")}: ${message}`);
    throw new OperatorCallError(`${wrong.join("\n")}\n${createOperatorUsage}`);
  }
  const { "read-only": readOnly, ...rest } = parsed.data;
  return { ...rest, operator: readOnly ? "read-only" : "full" };
}

const passwordLength = { min: 12, max: 1_000 };

/** Makes an operator with this password. Their id. Throws OperatorCallError when the e-mail is taken or the password short. */
export async function createOperator(database: Database, call: OperatorCall, password: string): Promise<string> {
  if (password.length < passwordLength.min || password.length > passwordLength.max) {
    throw new OperatorCallError(`The password has to have ${passwordLength.min} to ${passwordLength.max} characters.`);
  }
  const passwordHash = await hashPassword(password);
  return await asEngine(database, async (tx) => {
    const id = await insertOperator(tx, { ...call, passwordHash });
    if (id === null) throw new OperatorCallError(`Somebody has the e-mail ${call.email} already; nothing was changed.`);
    await insertAuditEntry(tx, {
      tenantId: null,
      actor: "command-line",
      act: "create-operator",
      object: `user:${id}`,
      outcome: "done",
      detail: { operator: call.operator },
    });
    return id;
  });
}
