import type { Action } from "@deskpulse/db/performance/action-columns";
import { type IndexState, indexState } from "@deskpulse/db/performance/index-state";
import { type LookupValues, measureLookup, sampleLookupValues } from "@deskpulse/db/performance/measure-lookup";
import { tableStatistics } from "@deskpulse/db/performance/table-statistics";
import { type LookupMeasurement, whyNoGain } from "@deskpulse/domain/performance/lookup-gain";
import { changeObject } from "./change-object.ts";
import { type Optimisation, settleAction } from "./optimisation.ts";

/** What is known of an action before it happens. `values` are not stored: they are rows of tenants. */
export interface Before {
  readonly measured: Readonly<Record<string, unknown>> & { readonly lookup?: LookupMeasurement };
  readonly values: LookupValues;
}

/** Measures what the action is to improve. Reads only. */
export async function measureBefore({ owner }: Optimisation, action: Action): Promise<Before> {
  if (action.command === "analyze") {
    const statistics = await owner.read((tx) => tableStatistics(tx, action));
    return { measured: { statistics }, values: [] };
  }
  const { schema, index, lookupColumns } = action;
  if (action.command === "drop-index") {
    const bytes = index === null ? 0 : ((await owner.read((tx) => indexState(tx, schema, index)))?.bytes ?? 0);
    return { measured: { bytes }, values: [] };
  }
  const values = await owner.read((tx) => sampleLookupValues(tx, action, lookupColumns));
  if (values.length === 0) return { measured: { notMeasured: "no row with a value can be seen" }, values };
  const lookup = await owner.read((tx) => measureLookup(tx, action, lookupColumns, values, null));
  return { measured: { lookup }, values };
}

/**
 * Looks whether an applied action is worth it, and ends it: verified, or undone with the reason, or left as applied when
 * nothing can be measured. `tookMs` is null when the action was completed by an earlier run.
 */
export async function verifyAction(
  work: Optimisation,
  action: Action,
  before: Before,
  tookMs: number | null,
): Promise<void> {
  const { schema, index } = action;
  const state = index === null ? null : await work.owner.read((tx) => indexState(tx, schema, index));
  switch (action.command) {
    case "analyze":
      return await verifyStatistics(work, action, before, tookMs);
    case "drop-index": {
      const error = state === null ? null : "the index is still there";
      const after = { bytesFreed: before.measured.bytes ?? null, tookMs };
      return await settleAction(work, action, { state: error === null ? "verified" : "failed", after, error });
    }
    case "create-index":
      return await verifyIndex(work, action, before, state, tookMs);
  }
}

async function verifyStatistics(
  work: Optimisation,
  action: Action,
  before: Before,
  tookMs: number | null,
): Promise<void> {
  const statistics = await work.owner.read((tx) => tableStatistics(tx, action));
  // the table was looked at before: the time of its statistics has to have moved
  const earlier = (before.measured.statistics as { analyzedAtMs?: number | null } | undefined)?.analyzedAtMs ?? 0;
  const fresh = (statistics.analyzedAtMs ?? 0) > earlier;
  const error = fresh ? null : "the counters know of no newer ANALYZE";
  await settleAction(work, action, { state: fresh ? "verified" : "failed", after: { statistics, tookMs }, error });
}

async function verifyIndex(
  work: Optimisation,
  action: Action,
  before: Before,
  state: IndexState | null,
  tookMs: number | null,
): Promise<void> {
  const { owner } = work;
  const { index, lookupColumns } = action;
  if (state === null || index === null)
    return await settleAction(work, action, { state: "failed", after: null, error: "the index is gone" });
  const after = { bytes: state.bytes, buildMs: tookMs };
  const { lookup } = before.measured;
  const values =
    before.values.length > 0 ? before.values : await owner.read((tx) => sampleLookupValues(tx, action, lookupColumns));
  if (lookup === undefined || values.length === 0) {
    const notMeasured = "no row with a value could be seen";
    return await settleAction(work, action, { state: "applied", after: { ...after, notMeasured }, error: null });
  }
  const now = await owner.read((tx) => measureLookup(tx, action, lookupColumns, values, index));
  const why = state.valid ? whyNoGain(lookup, now) : "the index is not valid";
  if (why !== null && action.undoSql !== null) {
    await changeObject(owner, action, action.undoSql, { statementTimeoutMs: 600_000 });
    return await settleAction(work, action, { state: "undone", after: { ...after, lookup: now }, error: why });
  }
  await settleAction(work, action, { state: "verified", after: { ...after, lookup: now }, error: null });
}
