import type { Database } from "@deskpulse/db/connect";
import { readTenant, type Tenant } from "@deskpulse/db/tenancy/read-tenant";
import { asTenant } from "@deskpulse/db/transaction";
import { LRUCache } from "lru-cache";

/** What a tenant sets holds everywhere within this time. */
const knownMs = 5_000;
const tenantsMax = 10_000;

/** Tenants' settings as read a moment ago, so that a cached answer needs no question to Postgres. */
export class KnownTenants {
  readonly #tenants: LRUCache<string, Tenant>;

  constructor(database: Database) {
    this.#tenants = new LRUCache<string, Tenant>({
      max: tenantsMax,
      ttl: knownMs,
      // forgotten while it is read: who asked gets what was read, and the next asks again
      ignoreFetchAbort: true,
      fetchMethod: async (id) => (await asTenant(database, id, (tx) => readTenant(tx, id))) ?? undefined,
    });
  }

  /** Null when there is no such tenant. */
  async of(tenantId: string): Promise<Tenant | null> {
    return (await this.#tenants.fetch(tenantId)) ?? null;
  }

  /** The tenant has just changed its settings through this process: its own answers follow at once. */
  forget(tenantId: string): void {
    this.#tenants.delete(tenantId);
  }
}
