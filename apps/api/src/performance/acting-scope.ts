import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import { actingTenant } from "../jobs/job-request.ts";

/**
 * For which tenant is the cache to be worked on: a member's own, or for operators the one that they name; null is all of
 * them, which operators have to say. Throws ProblemError.
 */
export function actingScope(caller: Caller, named: string | undefined): string | null {
  if (named !== "all") return actingTenant(caller, named, true);
  if (caller.role !== "operator") throw new ProblemError("forbidden", "all tenants are for role operator");
  return null;
}
