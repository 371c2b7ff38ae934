import type { Cache } from "@deskpulse/cache/cache";
import type { Demand } from "@deskpulse/cache/demand";
import type { ReportCache } from "@deskpulse/cache/report-cache";
import type { CacheNamespace } from "@deskpulse/domain/performance/cache-namespaces";
import type { RunService } from "@deskpulse/runs/run-service";

/** What processors may use besides their context; made once per process. */
export interface WorkerParts {
  readonly runs: RunService;
  readonly cache: Cache<CacheNamespace>;
  readonly reports: ReportCache;
  readonly demand: Demand;
}
