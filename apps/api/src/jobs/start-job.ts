import { ProblemError } from "@deskpulse/domain/errors";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import { inTenancy, startSharedIn } from "@deskpulse/runs/start-shared";
import type { Handler } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { parsePart } from "../http/parse-part.ts";
import { preferredWaitMs } from "../http/prefer.ts";
import { actingTenant, mayStart, plainRequest, preparedRequest, unknownTenant } from "./job-request.ts";
import { presentRun, runLocation } from "./present-run.ts";

export const startJob: Handler<"startJob"> = async (call, parts) => {
  const { caller, body } = call;
  const definition = parts.jobs.get(body.job);
  if (!definition) {
    throw new ProblemError("unprocessable", "there is no such job", {
      errors: [{ pointer: "/job", detail: "is not known" }],
    });
  }
  mayStart(definition, caller);
  const tenantId = actingTenant(caller, body.tenantId, definition.role !== "operator");
  const key = idempotencyKey(call.header("idempotency-key"));
  const waitMs = preferredWaitMs(call.header("prefer")) ?? 0;

  let run: Run;
  // Nothing beside the run to store and nothing to look up: the run shares its INSERT with others.
  if (key === undefined && !definition.prepare && !definition.sharingKey && caller.tenantId === tenantId) {
    run = await parts.runs.enqueue(plainRequest(definition, body.input, caller, tenantId)).catch((error: unknown) => {
      // a token may outlive its tenant, and one from another issuer may name any
      throw isForeignKeyViolation(error) ? unknownTenant() : error;
    });
  } else {
    const request = parsePart(definition.request, body.input, "body", "/input");
    let announce = (): void => undefined;
    const reply = await inTenancy(parts.runs, tenantId, (tx) =>
      idempotently(tx, { key, route: call.route, bodyHash: call.bodyHash(), caller }, async () => {
        const prepared = await preparedRequest(tx, definition, request, caller, tenantId);
        const started = await startSharedIn(parts.runs, tx, prepared, 0);
        announce = started.announce;
        return { status: 202 as const, body: started.run, headers: { location: runLocation(started.run.id) } };
      }),
    );
    announce();
    run = reply.body;
  }
  // most callers do not wait, and need no signal of their leaving
  const waited = waitMs > 0 && !isFinal(run.state) ? await parts.waiters.wait(run.id, waitMs, call.left) : null;
  const ended = isFinal(run.state) ? run : waited;
  if (ended) return { status: 200, body: presentRun(ended) };
  return { status: 202, body: presentRun(run), headers: { location: runLocation(run.id) } };
};

const isForeignKeyViolation = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "23503";
