import { type AuditFilter, listAudit as findAudit } from "@deskpulse/db/identity/list-audit";
import { asEngine } from "@deskpulse/db/transaction";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { inTenant, tenantOf } from "../tenants/tenant-of.ts";

export const listAudit: Handler<"listAudit"> = async ({ query, caller }, { database }) => {
  // only an operator may mean the whole platform
  const isEverywhere = caller.role === "operator" && query.tenantId === undefined;
  const tenantId = isEverywhere ? undefined : tenantOf(caller, query.tenantId);
  const [atMs, id] = query.cursor?.split("-").map(Number) ?? [];
  const filter: AuditFilter = {
    tenantId,
    actor: query.actor,
    act: query.act,
    object: query.object,
    fromMs: query.from === undefined ? undefined : Date.parse(query.from),
    toMs: query.to === undefined ? undefined : Date.parse(query.to),
    before: atMs === undefined || id === undefined ? undefined : { atMs, id },
    limit: query.limit + 1,
  };
  const found =
    tenantId === undefined
      ? await asEngine(database, (tx) => findAudit(tx, filter))
      : await inTenant(database, tenantId, (tx) => findAudit(tx, filter));
  const page = cutPage(found, query.limit, (last) => `${last.at.getTime()}-${last.id}`);
  const items = page.items.map((entry) => ({ ...entry, at: entry.at.toISOString() }));
  return { status: 200, body: { ...page, items } };
};
