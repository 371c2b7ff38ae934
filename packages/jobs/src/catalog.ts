import { agentWorkload } from "./analytics/agent-workload.ts";
import { automation } from "./analytics/automation.ts";
import { conversations } from "./analytics/conversations.ts";
import { engagement } from "./analytics/engagement.ts";
import { peakHours } from "./analytics/peak-hours.ts";
import { reconcile } from "./analytics/reconcile.ts";
import { responseTime } from "./analytics/response-time.ts";
import { satisfaction } from "./analytics/satisfaction.ts";
import { usersPerformance } from "./analytics/users-performance.ts";
import { volumeTrends } from "./analytics/volume-trends.ts";
import { ingestEvents } from "./ingest/events.ts";
import { pruneRuns } from "./operations/prune-runs.ts";
import { cacheClear } from "./performance/cache-clear.ts";
import { cacheWarmup } from "./performance/cache-warmup.ts";
import { optimizeDatabase } from "./performance/optimize-database.ts";
import { undoAction } from "./performance/undo-action.ts";
import { eraseCustomer } from "./tenants/erase-customer.ts";
import { eraseTenant } from "./tenants/erase-tenant.ts";
import { recomputeBusinessHours } from "./tenants/recompute-business-hours.ts";

/** Every job of the platform by its key; the worker's map job -> processor is exhaustive over it. */
export const jobs = {
  conversations,
  responseTime,
  engagement,
  agentWorkload,
  usersPerformance,
  volumeTrends,
  peakHours,
  automation,
  satisfaction,
  reconcile,
  ingestEvents,
  pruneRuns,
  recomputeBusinessHours,
  eraseCustomer,
  eraseTenant,
  cacheWarmup,
  cacheClear,
  optimizeDatabase,
  undoAction,
} as const;
export type Jobs = typeof jobs;
