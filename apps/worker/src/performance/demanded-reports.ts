import type { DemandedRequest } from "@deskpulse/cache/demand";
import type { Database } from "@deskpulse/db/connect";
import { readTenant, type Tenant } from "@deskpulse/db/tenancy/read-tenant";
import { asTenant } from "@deskpulse/db/transaction";
import { reportJobs } from "@deskpulse/jobs/analytics/report-jobs";
import { type RunRequest, sharingKeyOf } from "@deskpulse/runs/new-run";

/** A demanded report as it would be asked for now. */
export interface DemandedReport {
  readonly job: string;
  readonly asked: number;
  readonly work:
    | {
        readonly kind: "possible";
        readonly tenantId: string;
        readonly request: RunRequest;
        readonly sharingKey: string;
        readonly freshnessSeconds: number;
      }
    | { readonly kind: "impossible"; readonly reason: string };
}

const createdBy = "cache-warmup";

/** Completes demanded requests with what their tenants have set and the present time. Requests stay in their order. */
export async function prepareDemanded(
  database: Database,
  demanded: readonly DemandedRequest[],
  signal: AbortSignal,
): Promise<DemandedReport[]> {
  const tenants = new Map<string, Tenant | null>();
  const prepared: DemandedReport[] = [];
  for (const { tenantId, job, request, asked } of demanded) {
    let tenant = tenants.get(tenantId);
    if (tenant === undefined) {
      tenant = await asTenant(database, tenantId, (tx) => readTenant(tx, tenantId), { signal });
      tenants.set(tenantId, tenant);
    }
    prepared.push({ job, asked, work: prepare(tenant, job, request) });
  }
  return prepared;
}

function prepare(tenant: Tenant | null, job: string, given: unknown): DemandedReport["work"] {
  const definition = reportJobs.get(job);
  if (definition === undefined) return { kind: "impossible", reason: "there is no such report any more" };
  if (tenant === null) return { kind: "impossible", reason: "there is no such tenant any more" };
  try {
    const asked = definition.request.parse(given);
    const input = definition.prepare?.(asked, { timezone: tenant.timezone, nowMs: Date.now() }) ?? asked;
    const request = { definition, input: definition.input.parse(input), tenantId: tenant.id, createdBy };
    const sharingKey = sharingKeyOf(request);
    if (sharingKey === null) return { kind: "impossible", reason: "its results are not shared" };
    const { freshnessSeconds } = definition;
    return { kind: "possible", tenantId: tenant.id, request, sharingKey, freshnessSeconds };
  } catch (error) {
    return { kind: "impossible", reason: error instanceof Error ? error.message.slice(0, 300) : String(error) };
  }
}
