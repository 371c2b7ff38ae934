import type { EngineTx, TenantTx } from "../transaction.ts";

export interface IdempotencyKeyOwner {
  /** Null for operators. */
  readonly tenantId: string | null;
  readonly caller: string;
  readonly route: string;
  readonly key: string;
}

export interface StoredAnswer {
  readonly bodyHash: string;
  readonly status: number;
  readonly location: string | null;
  readonly body: unknown;
}

/** A key column cannot be null, so operators' keys stand under the nil UUID. */
const tenantOf = (owner: IdempotencyKeyOwner): string => owner.tenantId ?? "00000000-0000-0000-0000-000000000000";

/**
 * Is this key new? Then it is claimed, and whoever brings it meanwhile waits for this transaction; else the answer that
 * was stored. A key older than 24 h counts as new. Index: primary key.
 */
export async function claimIdempotencyKey(
  tx: TenantTx | EngineTx,
  owner: IdempotencyKeyOwner,
  bodyHash: string,
): Promise<"claimed" | StoredAnswer> {
  const claimed = await tx.sql`
    insert into idempotency_keys (tenant_id, caller, route, key, body_hash, status, body)
    values (${tenantOf(owner)}, ${owner.caller}, ${owner.route}, ${owner.key}, ${bodyHash}, 0, 'null')
    on conflict (tenant_id, caller, route, key) do update
      set body_hash = excluded.body_hash, status = 0, body = 'null', location = null, created_at = now()
      where idempotency_keys.created_at < now() - interval '24 hours'
    returning 1`;
  if (claimed.length > 0) return "claimed";
  const [row] = await tx.sql<{ body_hash: string; status: number; location: string | null; body: unknown }[]>`
    select body_hash, status, location, body from idempotency_keys
    where tenant_id = ${tenantOf(owner)} and caller = ${owner.caller} and route = ${owner.route} and key = ${owner.key}`;
  if (!row) throw new Error("an idempotency key was pruned while it was read");
  return { bodyHash: row.body_hash, status: row.status, location: row.location, body: row.body };
}

/** Keeps the answer under the claimed key. Index: primary key. */
export async function storeIdempotentAnswer(
  tx: TenantTx | EngineTx,
  owner: IdempotencyKeyOwner,
  answer: { status: number; location: string | null; body: unknown },
): Promise<void> {
  await tx.sql`
    update idempotency_keys
    set status = ${answer.status}, location = ${answer.location}, body = ${JSON.stringify(answer.body)}::jsonb
    where tenant_id = ${tenantOf(owner)} and caller = ${owner.caller} and route = ${owner.route} and key = ${owner.key}`;
}
