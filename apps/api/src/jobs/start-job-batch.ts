import { readTenant } from "@deskpulse/db/tenancy/read-tenant";
import { inTenancy } from "@deskpulse/runs/start-shared";
import { startTogetherIn } from "@deskpulse/runs/start-together";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { parsePart } from "../http/parse-part.ts";
import { pointing } from "../http/point-into.ts";
import { actingTenant, knownJob, mayStart, requestFor, timing, unknownTenant } from "./job-request.ts";
import { presentRun } from "./present-run.ts";

export const startJobBatch: Handler<"startJobBatch"> = async (call, parts) => {
  const { caller, body } = call;
  let tenantId = caller.tenantId;
  const asked = body.runs.map(({ job, input, ...when }, index) => {
    const definition = pointing(`/runs/${index}`, () => knownJob(parts.jobs, job));
    pointing(`/runs/${index}`, () => mayStart(definition, caller));
    // the same for all that may stand in one batch: a tenant's jobs, or the platform's
    tenantId = actingTenant(caller, body.tenantId, definition.role !== "operator");
    const request = parsePart(definition.request, input, "body", `/runs/${index}/input`);
    return { definition, request, when: timing(when) };
  });
  const key = idempotencyKey(call.header("idempotency-key"));
  let announce = (): void => undefined;
  const reply = await inTenancy(parts.runs, tenantId, (tx) =>
    idempotently(tx, { key, route: call.route, bodyHash: call.bodyHash(), caller }, async () => {
      const tenant = tenantId === null ? null : await readTenant(tx, tenantId);
      if (tenantId !== null && tenant === null) throw unknownTenant();
      const requests = asked.map(({ definition, request, when }, index) => ({
        ...requestFor(tenant, definition, request, caller, `/runs/${index}/input`),
        ...when,
      }));
      const started = await startTogetherIn(parts.runs, tx, tenantId, requests);
      announce = started.announce;
      return { status: 202 as const, body: { runs: started.runs.map(presentRun) } };
    }),
  );
  announce();
  return reply;
};
