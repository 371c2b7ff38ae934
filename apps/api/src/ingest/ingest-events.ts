import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { insertIngestBatch } from "@deskpulse/db/ingest/insert-ingest-batch";
import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { ingestEvents as definition } from "@deskpulse/jobs/ingest/events";
import type { Handler } from "../http/handler.ts";
import { unknownTenant } from "../jobs/job-request.ts";
import { answerRun, readStartHeaders, storeRun } from "../jobs/start-run.ts";
import { tenantOf } from "../tenants/tenant-of.ts";
import { checkBatch } from "./check-batch.ts";

const pack = promisify(gzip);

export const ingestEvents: Handler<"ingestEvents"> = async (call, parts) => {
  const { caller, header, left, route, query } = call;
  const tenantId = tenantOf(caller, query.tenantId, "?tenantId");
  const { key, waitMs } = readStartHeaders(call);
  const run = await call.body.read(async (bytes) => {
    const { source } = query;
    const format = checkBatch(call.body.mediaType, bytes);
    // the same bytes of another source are other events
    const bodyHash = (): string => `${source}/${format}/${createHash("sha256").update(bytes).digest("base64url")}`;
    const body = await pack(bytes, { level: constants.Z_BEST_SPEED });
    return await storeRun({ caller, header, left, route, bodyHash }, parts, key, tenantId, async (tx) => {
      if (tx.role !== "deskpulse_tenant" || (await readTenant(tx, tenantId)) === null) throw unknownTenant();
      const batchId = await insertIngestBatch(tx, { source, format, body });
      return { definition, input: { batchId }, tenantId, createdBy: caller.subject };
    });
  });
  return await answerRun(run, waitMs, call, parts);
};
