import type { JobDefinition } from "@deskpulse/jobs/define-job";
import type { ApiParts } from "../http/handler.ts";
import { preparedRequest } from "../jobs/job-request.ts";
import { type StartCall, startRun } from "../jobs/start-run.ts";
import { actingScope } from "./acting-scope.ts";

/** Starts one of the cache's jobs for a tenant or, by an operator, for all. */
export function startCacheRun(
  definition: JobDefinition,
  call: StartCall & { readonly body: { readonly tenantId?: string | undefined } },
  parts: ApiParts,
) {
  const { tenantId, ...request } = call.body;
  const scope = actingScope(call.caller, tenantId);
  return startRun(call, parts, scope, (tx) => preparedRequest(tx, definition, request, call.caller, scope));
}
