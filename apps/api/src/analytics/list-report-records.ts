import { listRecords } from "@deskpulse/db/analytics/list-records";
import { planRecords, prepareRecords } from "@deskpulse/domain/analytics/report-records";
import type { Handler } from "../http/handler.ts";
import { cutPage } from "../http/page.ts";
import { pointing } from "../http/point-into.ts";
import { inTenant, tenantOf } from "../tenants/tenant-of.ts";
import { presentRecord } from "./present-record.ts";

export const listReportRecords: Handler<"listReportRecords"> = ({ params, query, caller }, { database }) =>
  inTenant(database, tenantOf(caller, query.tenantId), async (tx, { timezone }) => {
    const input = pointing("query", () =>
      prepareRecords(params.report, query.request, { timezone, nowMs: Date.now() }),
    );
    const plan = pointing("query", () => planRecords(params.report, query, input));
    const [atMs, id] = query.cursor?.split("-").map(Number) ?? [];
    const after = atMs === undefined || id === undefined ? undefined : { atMs, id };
    const found = await listRecords(tx, plan, { after, limit: query.limit + 1 });
    const { items, nextCursor } = cutPage(found, query.limit, (last) => `${last.at.getTime()}-${last.id}`);
    return { status: 200, body: { items: items.map((item) => presentRecord(item, input.timezone)), nextCursor } };
  });
