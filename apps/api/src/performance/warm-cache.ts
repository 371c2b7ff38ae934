import { cacheWarmup } from "@deskpulse/jobs/performance/cache-warmup";
import type { Handler } from "../http/handler.ts";
import { startCacheRun } from "./start-cache-run.ts";

export const warmCache: Handler<"warmCache"> = async (call, parts) => startCacheRun(cacheWarmup, call, parts);
