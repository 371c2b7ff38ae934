import type { TenantTx, TransactionOptions } from "../transaction.ts";
import { awaitWorkingHoursHolders } from "./await-working-hours-holders.ts";
import { newestMeasurementId } from "./newest-measurement-id.ts";
import { type MeasurementPage, recomputeBusinessPage } from "./recompute-business-page.ts";
import { type PromisedPage, recomputeSlaDuePage } from "./recompute-sla-due-page.ts";

const perPage = 1_000;

/** Where measuring anew works: each page in a transaction of the tenant of its own. */
export interface MeasuringContext {
  readonly inTenant: <T>(work: (tx: TenantTx) => Promise<T>, options?: TransactionOptions) => Promise<T>;
  /** How far it is, 0 to 1. */
  readonly progress: (fraction: number, text: string) => void;
}

/**
 * Brings business time and channel of all measurements (of one inbox, or with null of the tenant), and when promises in
 * working hours are due, in line with what is set now; returns how many measurements changed. May be repeated at any point. Nothing measured gives 0.
 */
export async function measureAnew(ctx: MeasuringContext, inboxId: number | null): Promise<number> {
  await ctx.inTenant(awaitWorkingHoursHolders, { statementTimeoutMs: 60_000 });
  // what is measured from now on goes by what is set now
  const untilId = await ctx.inTenant(newestMeasurementId);
  let measurementsChanged = 0;
  let afterId: number | null = 0;
  while (afterId !== null) {
    const page: MeasurementPage = { afterId, untilId, inboxId, limit: perPage };
    const { lastId, changed } = await ctx.inTenant((tx) => recomputeBusinessPage(tx, page));
    measurementsChanged += changed;
    afterId = lastId;
    if (lastId !== null) ctx.progress(lastId / untilId, "measurements are measured anew");
  }
  let lastPromised: number | null = 0;
  while (lastPromised !== null) {
    const page: PromisedPage = { afterId: lastPromised, inboxId, limit: perPage };
    lastPromised = await ctx.inTenant((tx) => recomputeSlaDuePage(tx, page));
  }
  return measurementsChanged;
}
