import type { runBody } from "@deskpulse/contract/jobs/run";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import type { Run } from "@deskpulse/domain/runs/run";
import { isFinal } from "@deskpulse/domain/runs/run-state";
import type { Caller } from "@deskpulse/domain/tenants/caller";
import type { RunRequest } from "@deskpulse/runs/new-run";
import { inTenancy, startSharedIn } from "@deskpulse/runs/start-shared";
import type { z } from "zod";
import type { ApiParts } from "../http/handler.ts";
import { idempotencyKey, idempotently } from "../http/idempotency.ts";
import { preferredWaitMs } from "../http/prefer.ts";
import { presentRun, runLocation } from "./present-run.ts";

/** What of a POST's call matters to starting its run. */
export interface StartCall {
  readonly caller: Caller;
  readonly header: (name: string) => string | undefined;
  readonly left: AbortSignal;
  readonly route: string;
  readonly bodyHash: () => string;
}

type StartReply =
  | { readonly status: 200; readonly body: z.input<typeof runBody> }
  | { readonly status: 202; readonly body: z.input<typeof runBody>; readonly headers: { readonly location: string } };

/** What the headers of a POST that starts a run ask for; both are read before anything is stored. */
export interface StartHeaders {
  readonly key: string | undefined;
  /** How long the caller prefers to wait; by default not at all. */
  readonly waitMs: number;
}

/** Throws ProblemError (bad-request). */
export const readStartHeaders = ({ header }: Pick<StartCall, "header">): StartHeaders => ({
  key: idempotencyKey(header("idempotency-key")),
  waitMs: preferredWaitMs(header("prefer")) ?? 0,
});

/**
 * Stores a run, or joins the equal one under way, beside the call's Idempotency-Key in one transaction of the tenant
 * (null: of operators), and announces it after the commit. A repeat gets the run as it was first answered.
 */
export async function storeRun(
  { caller, route, bodyHash }: StartCall,
  { runs }: Pick<ApiParts, "runs">,
  key: string | undefined,
  tenantId: string | null,
  requested: (tx: TenantTx | EngineTx) => Promise<RunRequest>,
): Promise<Run> {
  let announce = (): void => undefined;
  const reply = await inTenancy(runs, tenantId, (tx) =>
    idempotently(tx, { key, route, bodyHash: bodyHash(), caller }, async () => {
      const started = await startSharedIn(runs, tx, await requested(tx), 0);
      announce = started.announce;
      return { status: 202 as const, body: started.run, headers: { location: runLocation(started.run.id) } };
    }),
  );
  announce();
  return reply.body;
}

/** Answers a started run: 202, or 200 when it ends within `waitMs`. */
export async function answerRun(
  run: Run,
  waitMs: number,
  call: Pick<StartCall, "left">,
  { waiters }: Pick<ApiParts, "waiters">,
): Promise<StartReply> {
  // most callers do not wait, and need no signal of their leaving
  const waited = waitMs > 0 && !isFinal(run.state) ? await waiters.wait(run.id, waitMs, call.left) : null;
  const ended = isFinal(run.state) ? run : waited;
  if (ended) return { status: 200, body: presentRun(ended) };
  return { status: 202, body: presentRun(run), headers: { location: runLocation(run.id) } };
}

/** Stores a run or joins an equal one, and answers it: the whole of a POST that starts one kind of run. */
export async function startRun(
  call: StartCall,
  parts: Pick<ApiParts, "runs" | "waiters">,
  tenantId: string | null,
  requested: (tx: TenantTx | EngineTx) => Promise<RunRequest>,
): Promise<StartReply> {
  const { key, waitMs } = readStartHeaders(call);
  return await answerRun(await storeRun(call, parts, key, tenantId, requested), waitMs, call, parts);
}
