import type { Database } from "@deskpulse/db/connect";
import type { CopiedCounts } from "@deskpulse/db/ingest/copy-conversations";
import { ChunkMaker, chunkCount, firstOfChunk } from "./chunks.ts";
import type { TenantPlan } from "./tenant-plan.ts";
import { writeConversations } from "./write-tenant.ts";

/** A part of a request that commits by itself. */
export interface Chunk {
  /** Place of the tenant in the request's plans. */
  readonly tenant: number;
  readonly chunk: number;
}

/** All chunks of these tenants, tenant by tenant. */
export function chunksOf(plans: readonly TenantPlan[]): Chunk[] {
  return plans.flatMap((plan, tenant) => Array.from({ length: chunkCount(plan) }, (_, chunk) => ({ tenant, chunk })));
}

/** Generates and writes chunks; keeps what it needs for one tenant at a time. */
export class ChunkWriter {
  readonly #database: Database;
  readonly #plans: readonly TenantPlan[];
  #last: { readonly tenant: number; readonly maker: ChunkMaker } | undefined;

  constructor(database: Database, plans: readonly TenantPlan[]) {
    this.#database = database;
    this.#plans = plans;
  }

  /** What was written; null when the chunk was there. */
  async write({ tenant, chunk }: Chunk): Promise<CopiedCounts | null> {
    const plan = this.#plans[tenant];
    if (plan === undefined) throw new Error(`There is no tenant ${tenant} in the request`);
    if (this.#last?.tenant !== tenant) this.#last = { tenant, maker: new ChunkMaker(plan) };
    const { maker } = this.#last;
    return writeConversations(this.#database, plan.id, firstOfChunk(plan, chunk), () => maker.conversations(chunk));
  }
}
