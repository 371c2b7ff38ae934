import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { insertIngestBatch } from "@deskpulse/db/ingest/insert-ingest-batch";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { ingestEvents as definition } from "@deskpulse/jobs/ingest/events";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";
import { startRun } from "../jobs/start-run.ts";
import { tenantOf } from "../tenants/tenant-of.ts";
import { checkBatch } from "./check-batch.ts";

const pack = promisify(gzip);

export const ingestEvents: Handler<"ingestEvents"> = async (call, parts) => {
  const { caller, query, header, left, route } = call;
  const tenantId = tenantOf(caller, query.tenantId, "?tenantId");
  const { source } = query;
  const format = checkBatch(call.body);
  const body = await pack(call.body.bytes, { level: constants.Z_BEST_SPEED });
  // the same bytes of another source are other events
  const bodyHash = (): string => `${source}/${format}/${call.bodyHash()}`;
  return await startRun({ caller, header, left, route, bodyHash }, parts, tenantId, async (tx) => {
    if (tx.role !== "deskpulse_tenant" || (await readTenant(tx, tenantId)) === null) throw unknownTenant();
    const batchId = await insertIngestBatch(tx, { source, format, body });
    return { definition, input: { batchId }, tenantId, createdBy: caller.subject };
  });
};
