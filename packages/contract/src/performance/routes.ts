import { cacheClear } from "@deskpulse/jobs/performance/cache-clear";
import { cacheWarmup } from "@deskpulse/jobs/performance/cache-warmup";
import { z } from "zod";
import type { RouteTable } from "../http/route.ts";
import { runBody } from "../jobs/run.ts";
import { cacheFigures } from "./cache.ts";

/** For operators: one tenant, or the platform's cache as a whole. */
const tenantOrAll = z.union([z.uuid().toLowerCase(), z.literal("all")]).optional();

const windowMinutes = z
  .string()
  .regex(/^\d{1,6}$/, "expected a whole number")
  .transform(Number)
  .pipe(z.int().min(1, "must be 1 to 60").max(60, "must be 1 to 60"))
  .default(60);

export const performanceRoutes = {
  warmCache: {
    method: "POST",
    path: "/api/performance/optimize/cache-warmup",
    role: "admin",
    idempotent: true,
    summary: `${cacheWarmup.summary} Operators name \`tenantId\`, or \`all\`. \`Prefer: wait=N\` waits for its end.`,
    body: cacheWarmup.request.extend({ tenantId: tenantOrAll }),
    replies: { 200: runBody, 202: runBody },
  },
  clearCache: {
    method: "POST",
    path: "/api/performance/optimize/cache-clear",
    role: "admin",
    idempotent: true,
    summary: `${cacheClear.summary} Operators name \`tenantId\`, or \`all\`. \`Prefer: wait=N\` waits for its end.`,
    body: cacheClear.request.extend({ tenantId: tenantOrAll }),
    replies: { 200: runBody, 202: runBody },
  },
  readCache: {
    method: "GET",
    path: "/api/performance/cache",
    role: "admin",
    summary:
      "Hit rate, memory, evictions, expiries and ends of keys in the cache: of one's tenant, or for operators of all.",
    query: z.strictObject({ windowMinutes, tenantId: z.uuid().toLowerCase().optional() }),
    replies: { 200: cacheFigures },
  },
} as const satisfies RouteTable;
