import { asEngine, type EngineTx } from "@deskpulse/db/transaction";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { startSharedIn } from "@deskpulse/runs/start-shared";
import type { ApiParts } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { presentRun, runLocation } from "../jobs/present-run.ts";

interface OperationCall {
  readonly caller: Caller;
  readonly header: (name: string) => string | undefined;
  readonly route: string;
}

/** Starts a run of an operator's own: once per Idempotency-Key, after `check` let it, announced after the commit. */
export async function startOperation(
  { caller, header, route }: OperationCall,
  { runs }: ApiParts,
  operation: { definition: JobDefinition; input: unknown; bodyHash: string; check?: (tx: EngineTx) => Promise<void> },
) {
  const { definition, input, bodyHash, check } = operation;
  const key = idempotencyKey(header("idempotency-key"));
  let announce = (): void => undefined;
  const reply = await asEngine(runs.database, (tx) =>
    idempotently(tx, { key, route, bodyHash, caller }, async () => {
      await check?.(tx);
      const started = await startSharedIn(
        runs,
        tx,
        { definition, input, tenantId: null, createdBy: caller.subject },
        0,
      );
      announce = started.announce;
      const headers = { location: runLocation(started.run.id) };
      return { status: 202 as const, body: presentRun(started.run), headers };
    }),
  );
  announce();
  return reply;
}
