import { insertUser } from "@deskpulse/db/identity/insert-user";
import { userByEmail } from "@deskpulse/db/identity/user-by-email";
import type { EngineTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";

interface UserToJoin {
  readonly userId: string;
  readonly isNew: boolean;
  readonly disabled: boolean;
}

/**
 * The user with this e-mail who is to join the tenant, made when nobody has it. Who is there keeps name and password:
 * these are the person's own. Throws ProblemError (conflict) for a member and for an operator, who has no tenant.
 */
export async function userToJoin(
  tx: EngineTx,
  tenantId: string,
  wanted: { readonly email: string; readonly name: string; readonly passwordHash: string | null },
): Promise<UserToJoin> {
  const madeId = await insertUser(tx, wanted);
  if (madeId !== null) return { userId: madeId, isNew: true, disabled: false };
  const user = await userByEmail(tx, wanted.email);
  if (user === null) throw refused("somebody with this e-mail is just changing it; try again");
  if (user.operator !== null) throw refused("this e-mail belongs to an operator, who can be in no tenant");
  if (user.memberships.some((membership) => membership.tenantId === tenantId)) {
    throw refused("a user of the tenant has this e-mail");
  }
  return { userId: user.id, isNew: false, disabled: user.disabledAt !== null };
}

const refused = (detail: string): ProblemError =>
  new ProblemError("conflict", detail, { errors: [{ pointer: "/email", detail }] });
