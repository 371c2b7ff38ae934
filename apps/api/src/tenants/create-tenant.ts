import { insertAuditEntry } from "@deskpulse/db/identity/insert-audit-entry";
import { insertTenant } from "@deskpulse/db/tenancy/insert-tenant";
import { asEngine } from "@deskpulse/db/transaction";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { knownZone } from "./known-zone.ts";
import { nameTaken } from "./name-taken.ts";
import { presentTenant } from "./present-tenant.ts";

export const createTenant: Handler<"createTenant"> = async (call, { database }) => {
  const { body, caller, route } = call;
  const key = idempotencyKey(call.header("idempotency-key"));
  return await asEngine(database, (tx) =>
    idempotently(tx, { key, route, bodyHash: call.bodyHash(), caller }, async () => {
      const tenant = await insertTenant(tx, { ...body, timezone: knownZone(body.timezone) });
      if (tenant === null) throw nameTaken();
      const { id: tenantId, name, timezone, plan } = tenant;
      await insertAuditEntry(tx, {
        tenantId,
        actor: caller.subject,
        act: "create-tenant",
        object: `tenant:${tenantId}`,
        outcome: "done",
        detail: { name, timezone, plan },
      });
      return {
        status: 201 as const,
        body: presentTenant(tenant),
        headers: { location: `/api/tenants/${tenantId}` },
      };
    }),
  );
};
