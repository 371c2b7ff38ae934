import { cacheClear } from "@deskpulse/jobs/performance/cache-clear";
import type { Handler } from "../http/handler.ts";
import { startCacheRun } from "./start-cache-run.ts";

export const clearCache: Handler<"clearCache"> = async (call, parts) => startCacheRun(cacheClear, call, parts);
