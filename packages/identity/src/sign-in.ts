import { randomUUID } from "node:crypto";
import type { Database } from "@deskpulse/db/connect";
import { holdStanding } from "@deskpulse/db/identity/hold-standing";
import { readPasswordHash } from "@deskpulse/db/identity/password-hash";
import type { UserMembership, UserWithMemberships } from "@deskpulse/db/identity/user-by-email";
import { asEngine } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { checkPassword, type PasswordCredentials } from "./check-password.ts";
import type { TokenKey } from "./jwt-secret.ts";
import { issueBoth, type SignedIn } from "./signed-in.ts";

export interface SignInRequest extends PasswordCredentials {
  /** Id or name of the tenant; needed by who belongs to several. */
  readonly tenant?: string;
}

/**
 * Exchanges e-mail and password for a short access token and a refresh token, the first of a family. Throws
 * unauthenticated; unprocessable with the choices when the tenant has to be named or is not one of the user's; forbidden
 * for a user without any tenant.
 */
export async function signIn(
  request: SignInRequest,
  { database, ...key }: TokenKey & { readonly database: Database },
): Promise<SignedIn> {
  const user = await checkPassword(database, request);
  const membership = user.operator === null ? chooseMembership(user, request.tenant) : null;
  return await asEngine(database, async (tx) => {
    // while the password was checked, somebody may have changed the person
    const standing = await holdStanding(tx, user.id, membership?.tenantId ?? null);
    const isSamePassword = (await readPasswordHash(tx, user.id)) === user.passwordHash;
    if (standing === null || !isSamePassword)
      throw new ProblemError("unauthenticated", "Your rights or password have just changed. Sign in again.");
    return await issueBoth(tx, standing, randomUUID(), key);
  });
}

function chooseMembership({ memberships }: UserWithMemberships, tenant: string | undefined): UserMembership {
  const [first, ...others] = memberships;
  if (first === undefined) throw new ProblemError("forbidden", "You do not belong to any tenant.");
  if (tenant === undefined && others.length === 0) return first;
  const chosen = memberships.find(
    ({ tenantId, tenantName }) => tenantId === tenant?.toLowerCase() || tenantName === tenant,
  );
  if (chosen !== undefined) return chosen;
  throw new ProblemError(
    "unprocessable",
    tenant === undefined
      ? "You belong to several tenants: name one of them as `tenant`, by id or by name."
      : "You do not belong to that tenant: name one of yours as `tenant`, by id or by name.",
    {
      errors: memberships.map((choice) => ({
        pointer: "/tenant",
        detail: `${choice.tenantId} (${choice.tenantName})`,
      })),
    },
  );
}
