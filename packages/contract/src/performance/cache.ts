import { cacheNamespaceNames } from "@deskpulse/domain/performance/cache-namespaces";
import { z } from "zod";

const count = z.int().nonnegative();

/** What the cache did and holds, for one tenant or for all. Rates are 0..1, and null when nothing was asked. */
export const cacheFigures = z.strictObject({
  sampledAt: z.iso.datetime(),
  /** Null: all tenants. */
  tenantId: z.uuid().nullable(),
  windowMinutes: z.int(),
  namespaces: z.array(
    z.strictObject({
      namespace: z.enum(cacheNamespaceNames),
      hits: count,
      misses: count,
      /** Misses because Redis was slow or away. */
      errors: count,
      /** hits / (hits + misses + errors). */
      hitRate: z.number().nullable(),
      evictions: count,
      expiries: count,
      keys: count,
      bytes: count,
    }),
  ),
  /** Held by the values and their books. */
  usedBytes: count,
  /** For all tenants together. */
  budgetBytes: count,
  /** The share of sampled keys that have an end; null when none was found. */
  ttlCoverage: z.strictObject({ share: z.number().nullable(), keysSampled: count }),
});
