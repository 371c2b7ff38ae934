import type { Database } from "@deskpulse/db/connect";
import { userByEmail } from "@deskpulse/db/identity/user-by-email";
import { busiestAgent } from "@deskpulse/db/ingest/busiest-agent";
import { writeLogin } from "@deskpulse/db/ingest/write-login";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { hashPassword, verifyPassword } from "@deskpulse/identity/password";
import { v7 as uuidv7 } from "uuid";

export interface DemoUser {
  readonly key: "operator" | "operatorReadOnly" | "admin" | "supervisor" | "agent";
  readonly name: string;
  readonly email: string;
  /** Null: an operator, who belongs to no tenant. */
  readonly role: TenantRole | null;
  readonly readOnly: boolean;
}

export const demoUsers: readonly DemoUser[] = [
  { key: "operator", name: "Operator", email: "operator@deskpulse.local", role: null, readOnly: false },
  {
    key: "operatorReadOnly",
    name: "Operator, read-only",
    email: "operator.readonly@deskpulse.local",
    role: null,
    readOnly: true,
  },
  { key: "admin", name: "Admin", email: "admin@incident-desk.local", role: "admin", readOnly: false },
  {
    key: "supervisor",
    name: "Supervisor",
    email: "supervisor@incident-desk.local",
    role: "supervisor",
    readOnly: false,
  },
  { key: "agent", name: "Agent", email: "agent@incident-desk.local", role: "agent", readOnly: false },
];

/**
 * Makes a demo user who can sign in with the password, or sets the password of the present one. The agent is one of the
 * imported ones, so that there is something to see. Returns the user's id.
 */
export async function ensureDemoUser(
  database: Database,
  user: DemoUser,
  tenantId: string,
  password: string,
): Promise<string> {
  const { email, name, role, readOnly } = user;
  const present = await asEngine(database, (tx) => userByEmail(tx, email));
  if (present !== null && (await verifyPassword(present.passwordHash, password))) return present.id;
  const imported = role === "agent" && present === null;
  const agent = imported ? await asTenant(database, tenantId, (tx) => busiestAgent(tx, tenantId)) : null;
  const userId = present?.id ?? agent ?? uuidv7();
  const passwordHash = await hashPassword(password);
  const operator = role !== null ? null : readOnly ? "read-only" : "full";
  const membership = role === null ? null : { tenantId, role };
  await asEngine(database, (tx) => writeLogin(tx, { userId, name, email, passwordHash, operator, membership }));
  return userId;
}
