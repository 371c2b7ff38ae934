import type { Database } from "@deskpulse/db/connect";
import type { UserMembership, UserWithMemberships } from "@deskpulse/db/identity/user-by-email";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Role } from "@deskpulse/domain/tenants/role";
import { checkPassword, type PasswordCredentials } from "./check-password.ts";
import { issueToken, type TokenSubject } from "./issue-token.ts";
import type { TokenKey } from "./jwt-secret.ts";

export interface SignInRequest extends PasswordCredentials {
  /** Id or name of the tenant; needed by who belongs to several. */
  readonly tenant?: string;
}

export interface SignedIn {
  readonly accessToken: string;
  readonly tokenType: "Bearer";
  readonly expiresInSeconds: number;
  readonly user: { readonly id: string; readonly name: string; readonly email: string };
  /** Null for an operator. */
  readonly tenant: { readonly id: string; readonly name: string } | null;
  readonly role: Role;
}

export const accessTokenTtlSeconds = 15 * 60;

/**
 * Exchanges e-mail and password for a short access token. Throws unauthenticated; unprocessable with the choices when
 * the tenant has to be named or is not one of the user's; forbidden for a user without any tenant.
 */
export async function signIn(
  request: SignInRequest,
  options: TokenKey & { readonly database: Database },
): Promise<SignedIn> {
  const user = await checkPassword(options.database, request);
  const membership = user.operator === null ? chooseMembership(user, request.tenant) : null;
  const who: TokenSubject =
    membership === null
      ? { subject: user.id, role: "operator", readOnly: user.operator !== "full" }
      : { subject: user.id, role: membership.role, tenantId: membership.tenantId };
  return {
    accessToken: await issueToken({ ...who, ttlSeconds: accessTokenTtlSeconds }, options),
    tokenType: "Bearer",
    expiresInSeconds: accessTokenTtlSeconds,
    user: { id: user.id, name: user.name, email: user.email },
    tenant: membership === null ? null : { id: membership.tenantId, name: membership.tenantName },
    role: who.role,
  };
}

function chooseMembership({ memberships }: UserWithMemberships, tenant: string | undefined): UserMembership {
  const [first, ...others] = memberships;
  if (first === undefined) throw new ProblemError("forbidden", "You do not belong to any tenant.");
  if (tenant === undefined && others.length === 0) return first;
  const chosen = memberships.find(({ tenantId, tenantName }) => tenantId === tenant || tenantName === tenant);
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
