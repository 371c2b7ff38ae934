import { claimIdempotencyKey, storeIdempotentAnswer } from "@deskpulse/db/identity/idempotency-keys";
import type { EngineTx, TenantTx } from "@deskpulse/db/transaction";
import { ProblemError } from "@deskpulse/domain/errors";
import type { Caller } from "@deskpulse/domain/tenants/caller";

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The key that the request carries, or undefined. Throws ProblemError (bad-request) for one that cannot be stored. */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const key = header.trim();
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) {
    throw new ProblemError("bad-request", "Idempotency-Key takes 1 to 200 visible ASCII characters");
  }
  return key;
}

export interface IdempotentCall {
  readonly key: string | undefined;
  readonly route: string;
  readonly bodyHash: string;
  readonly caller: Caller;
}

/**
 * Has the effect once per key, in the transaction of the effect: a repeat gets the first answer, a twin in flight waits
 * on the key's row until the first commits. Throws ProblemError (idempotency-key-reused) for another body.
 */
export async function idempotently<Reply extends Answer>(
  tx: TenantTx | EngineTx,
  call: IdempotentCall,
  effect: () => Promise<Reply>,
): Promise<Reply> {
  const { key, route, bodyHash, caller } = call;
  if (key === undefined) return await effect();
  // an operator acting for a tenant writes in that tenant's transaction,
  // and members may change theirs in the engine's: subjects of foreign tokens are unique in their tenant only
  const tenantId = tx.role === "deskpulse_tenant" ? tx.tenantId : caller.tenantId;
  const owner = { tenantId, caller: caller.subject, route, key };
  const stored = await claimIdempotencyKey(tx, owner, bodyHash);
  if (stored === "claimed") {
    const reply = await effect();
    await storeIdempotentAnswer(tx, owner, {
      status: reply.status,
      body: reply.body,
      location: reply.headers?.location ?? null,
    });
    return reply;
  }
  if (stored.bodyHash !== bodyHash) {
    throw new ProblemError("idempotency-key-reused", "this Idempotency-Key belongs to a request with another body");
  }
  // the row was written by the same route, so its answer is of the same kind
  return {
    status: stored.status,
    body: stored.body,
    ...(stored.location === null ? {} : { headers: { location: stored.location } }),
  } as unknown as Reply;
}
