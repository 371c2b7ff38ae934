import { belongsElsewhere } from "@deskpulse/db/identity/belongs-elsewhere";
import { countActiveMembers } from "@deskpulse/db/identity/count-active-members";
import type { Member } from "@deskpulse/db/identity/member";
import type { TenantSettings } from "@deskpulse/db/tenancy/tenant-settings";
import type { EngineTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import { plans } from "@deskpulse/domain/tenants/plan";

export const unknownUser = (): ProblemError => new ProblemError("not-found", "there is no such user");

const isActive = (member: Member): boolean => member.email !== null && !member.disabled;

/** Throws ProblemError (conflict) when the plan allows no further user. The caller holds the tenant's lock. */
export async function checkRoomForOneMore(tx: EngineTx, { id, plan }: TenantSettings): Promise<void> {
  const { agents } = plans[plan];
  if (agents === null || (await countActiveMembers(tx, id)).all < agents) return;
  throw new ProblemError("conflict", `the plan ${plan} allows ${agents} users who may sign in, and there are as many`);
}

/**
 * Throws ProblemError (conflict) when the tenant would lose its last admin who may sign in; `after` is null for a
 * member who goes. The caller holds the tenant's lock.
 */
export async function checkAdminRemains(tx: EngineTx, before: Member, after: Member | null): Promise<void> {
  const isAdmin = (member: Member): boolean => member.role === "admin" && isActive(member);
  if (!isAdmin(before) || (after !== null && isAdmin(after))) return;
  if ((await countActiveMembers(tx, before.tenantId)).admins > 1) return;
  throw new ProblemError("conflict", "this is the tenant's last admin; make another one first");
}

/** Throws ProblemError (conflict) when the user belongs to another tenant too, whose admins have a say as well. */
export async function checkIsOnlyOurs(tx: EngineTx, { id, tenantId }: Member): Promise<void> {
  if (!(await belongsElsewhere(tx, tenantId, id))) return;
  throw new ProblemError("conflict", "this user belongs to another tenant too: change the role, or remove the user");
}
