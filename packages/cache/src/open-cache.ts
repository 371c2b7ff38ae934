import { type CacheNamespace, cacheNamespaces } from "@deskpulse/domain/performance/cache-namespaces";
import type { Redis } from "ioredis";
import { Counter, type Registry } from "prom-client";
import { Cache } from "./cache.ts";

/** The platform's cache as every process opens it, with its counters in the process's metrics (no tenant ids). */
export function openCache(options: {
  /** Of the cache role. */
  readonly redis: Redis;
  readonly redisPrefix: string;
  readonly bytesMax: number;
  readonly metrics: Registry;
}): Cache<CacheNamespace> {
  const { metrics, ...rest } = options;
  const looks = new Counter({
    name: "deskpulse_cache_requests_total",
    help: "Looks into the cache; errors are looks that a slow or absent Redis did not answer",
    labelNames: ["namespace", "outcome"],
    registers: [metrics],
  });
  const evictions = new Counter({
    name: "deskpulse_cache_evictions_total",
    help: "Values that this process pushed out of the cache to hold its budget, by the namespace that needed the room",
    labelNames: ["namespace"],
    registers: [metrics],
  });
  return new Cache({
    ...rest,
    namespaces: cacheNamespaces,
    onOutcome: (outcome, namespace, times) => {
      if (outcome === "evictions") evictions.inc({ namespace }, times);
      else looks.inc({ namespace, outcome }, times);
    },
  });
}
