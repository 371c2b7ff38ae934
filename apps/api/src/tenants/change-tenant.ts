import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { updateTenant } from "@deskpulse/db/tenancy/update-tenant";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Handler } from "../http/handler.ts";
import { changedFields } from "./changed-fields.ts";
import { knownZone } from "./known-zone.ts";
import { isUniqueViolation, nameTaken } from "./name-taken.ts";
import { presentTenant } from "./present-tenant.ts";
import { startRecompute } from "./start-recompute.ts";
import { changingTenant, tenantOf } from "./tenant-of.ts";

export const changeTenant: Handler<"changeTenant"> = async ({ params, body, caller }, { database, runs, tenants }) => {
  const tenantId = tenantOf(caller, params.tenantId);
  if (body.plan !== undefined && caller.role !== "operator") throw planIsForOperators();
  let announce = (): void => undefined;
  const tenant = await changingTenant(database, tenantId, async (tx, before) => {
    const after = {
      ...before,
      name: body.name ?? before.name,
      timezone: body.timezone === undefined ? before.timezone : knownZone(body.timezone),
      plan: body.plan ?? before.plan,
      workingHours: body.workingHours === undefined ? before.workingHours : body.workingHours,
    };
    const changed = changedFields(before, after);
    if (changed === null) return before;
    if (!(await updateTenant(tx, after))) throw nameTaken();
    if (changed.timezone !== undefined || changed.workingHours !== undefined) {
      announce = await startRecompute(runs, tx, { tenantId, inboxId: null, createdBy: caller.subject });
    }
    const object = `tenant:${tenantId}`;
    const act = { actor: caller.subject, act: "change-tenant", object, outcome: "done", detail: changed } as const;
    await insertAuditEntry(tx, { tenantId, ...act });
    return after;
  }).catch((error: unknown) => {
    // somebody else took the name at this very moment
    throw isUniqueViolation(error) ? nameTaken(error) : error;
  });
  announce();
  tenants.forget(tenantId);
  return { status: 200, body: presentTenant(tenant) };
};

const planIsForOperators = (): ProblemError =>
  new ProblemError("forbidden", "the plan is for operators", {
    errors: [{ pointer: "/plan", detail: "is for operators" }],
  });
