import type { Database } from "@deskpulse/db/connect";
import { userByEmail } from "@deskpulse/db/identity/user-by-email";
import { busiestAgent } from "@deskpulse/db/ingest/busiest-agent";
import { writeLogin } from "@deskpulse/db/ingest/write-login";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import type { TenantRole } from "@deskpulse/domain/tenants/role";
import { hashPassword, verifyPassword } from "@deskpulse/identity/password";
import { v7 as uuidv7 } from "uuid";

export interface DemoUser {
  readonly key: `operator${"" | "ReadOnly"}` | TenantRole | `current${"Admin" | "Supervisor" | "Agent"}`;
  /** The incident log's tenant, or the one whose conversations go on until now. */
  readonly tenant: "incidents" | "current";
  readonly name: string;
  readonly email: string;
  /** Null: an operator, who belongs to no tenant. */
  readonly role: TenantRole | null;
  readonly readOnly: boolean;
}

export const demoUsers: readonly DemoUser[] = [
  {
    key: "operator",
    tenant: "incidents",
    name: "Operator",
    email: "operator@deskpulse.local",
    role: null,
    readOnly: false,
  },
  {
    key: "operatorReadOnly",
    tenant: "incidents",
    name: "Operator, read-only",
    email: "operator.readonly@deskpulse.local",
    role: null,
    readOnly: true,
  },
  {
    key: "admin",
    tenant: "incidents",
    name: "Admin",
    email: "admin@incident-desk.local",
    role: "admin",
    readOnly: false,
  },
  {
    key: "supervisor",
    tenant: "incidents",
    name: "Supervisor",
    email: "supervisor@incident-desk.local",
    role: "supervisor",
    readOnly: false,
  },
  {
    key: "agent",
    tenant: "incidents",
    name: "Agent",
    email: "agent@incident-desk.local",
    role: "agent",
    readOnly: false,
  },
  ...(["Admin", "Supervisor", "Agent"] as const).map((name): DemoUser => {
    const role = name.toLowerCase() as TenantRole; // the three names are the roles, capitalised
    return { key: `current${name}`, tenant: "current", name, email: `${role}@northwind.local`, role, readOnly: false };
  }),
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
