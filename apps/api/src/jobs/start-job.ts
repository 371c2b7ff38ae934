import type { Run } from "@deskpulse/domain/runs/run";
import type { Handler } from "../http/handler.ts";
import { parsePart } from "../http/parse-part.ts";
import {
  actingTenant,
  knownJob,
  mayStart,
  plainRequest,
  preparedRequest,
  timing,
  unknownTenant,
} from "./job-request.ts";
import { answerRun, readStartHeaders, storeRun } from "./start-run.ts";

export const startJob: Handler<"startJob"> = async (call, parts) => {
  const { caller, body } = call;
  const definition = knownJob(parts.jobs, body.job);
  mayStart(definition, caller);
  const tenantId = actingTenant(caller, body.tenantId, definition.role !== "operator");
  const { key, waitMs } = readStartHeaders(call);

  let run: Run;
  // Nothing beside the run to store and nothing to look up: the run shares its INSERT with others.
  if (key === undefined && !definition.prepare && !definition.sharingKey && caller.tenantId === tenantId) {
    const plain = { ...plainRequest(definition, body.input, caller, tenantId), ...timing(body) };
    run = await parts.runs.enqueue(plain).catch((error: unknown) => {
      // a token may outlive its tenant, and one from another issuer may name any
      throw isForeignKeyViolation(error) ? unknownTenant() : error;
    });
  } else {
    const request = parsePart(definition.request, body.input, "body", "/input");
    run = await storeRun(call, parts, key, tenantId, async (tx) => ({
      ...(await preparedRequest(tx, definition, request, caller, tenantId)),
      ...timing(body),
    }));
  }
  return await answerRun(run, waitMs, call, parts);
};

const isForeignKeyViolation = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "23503";
