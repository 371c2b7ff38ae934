import type { Caller } from "@deskpulse/domain/tenants/caller";
import { inTenancy } from "@deskpulse/runs/start-shared";
import type { Steer } from "@deskpulse/runs/steer-run";
import type { ApiParts } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { presentRun, runLocation } from "./present-run.ts";

interface SteerCall {
  readonly params: { readonly runId: string };
  readonly caller: Caller;
  readonly header: (name: string) => string | undefined;
  readonly route: string;
}

/** Changes a run on request: once per Idempotency-Key, announced after the commit. */
export async function steer({ params, caller, header, route }: SteerCall, { runs }: ApiParts, change: Steer) {
  const key = idempotencyKey(header("idempotency-key"));
  let announce = (): void => undefined;
  const reply = await inTenancy(runs, caller.tenantId, (tx) =>
    idempotently(tx, { key, route, bodyHash: params.runId, caller }, async () => {
      const steered = await change(runs, tx, params.runId, caller);
      announce = steered.announce;
      return { status: 202 as const, body: presentRun(steered.run), headers: { location: runLocation(params.runId) } };
    }),
  );
  announce();
  return reply;
}
