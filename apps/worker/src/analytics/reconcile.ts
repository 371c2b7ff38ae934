import { compareRollups, type RollupDifference } from "@deskpulse/db/rollups/compare-rollups";
import { daysToCompare } from "@deskpulse/db/rollups/days-to-compare";
import { markDays } from "@deskpulse/db/rollups/mark-days";
import { recordRollupFinding } from "@deskpulse/db/rollups/record-rollup-finding";
import { unmarkedDays } from "@deskpulse/db/rollups/unmarked-days";
import { nextTenants } from "@deskpulse/db/tenancy/next-tenants";
import { asTenant } from "@deskpulse/db/transaction";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters } from "@deskpulse/domain/time/local-days";
import { differencesShownMax, type reconcile as job, reconciledDaysMax } from "@deskpulse/jobs/analytics/reconcile";
import type { JobInput, JobOutput } from "@deskpulse/jobs/define-job";
import type { Processor, RunContext } from "@deskpulse/runs/worker/processor";

type Output = JobOutput<typeof job>;
type Difference = RollupDifference & { readonly zone: string };

const tenantsPerStatement = 100;
/** Days that one snapshot compares: a month of the largest tenants takes seconds. */
const daysPerSnapshot = 31;
const statementTimeoutMs = 120_000;

export const reconcile: Processor<typeof job> = async ({ input, ctx }) => {
  const totals = { tenants: 0, daysCompared: 0, daysMarked: 0, differences: 0 };
  const shown: Output["shown"] = [];
  for await (const tenantId of tenantsOf(input.tenantId, ctx)) {
    const { compared, marked, differences } = await reconcileTenant(tenantId, input, ctx);
    totals.tenants += 1;
    totals.daysCompared += compared;
    totals.daysMarked += marked;
    totals.differences += differences.length;
    for (const { startsAtMs, ...rest } of differences.slice(0, differencesShownMax - shown.length)) {
      shown.push({ tenantId, ...rest, startsAt: new Date(startsAtMs).toISOString() });
    }
    if (differences.length > 0) ctx.log(`tenant ${tenantId}: ${differences.length} figures differ from the facts`);
  }
  return { ...totals, shown };
};

async function* tenantsOf(only: string | null, ctx: RunContext<Output>): AsyncGenerator<string> {
  if (only !== null) return yield only;
  for (let after: string | null = null; ; ) {
    const page: string[] = await ctx.inEngine((tx) => nextTenants(tx, after, tenantsPerStatement));
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last;
  }
}

async function reconcileTenant(
  tenantId: string,
  { range, sampleDays }: JobInput<typeof job>,
  ctx: RunContext<Output>,
): Promise<{ readonly compared: number; readonly marked: number; readonly differences: readonly Difference[] }> {
  const chosen =
    range === null
      ? { sampleDays, nowMs: Date.now() }
      : { range: { fromMs: Date.parse(range.from), toMs: Date.parse(range.to) } };
  const inTenant = <T>(work: Parameters<typeof asTenant<T>>[2], isolation?: "repeatable read") =>
    asTenant(ctx.database, tenantId, work, {
      signal: ctx.signal,
      statementTimeoutMs,
      ...(isolation === undefined ? {} : { isolation }),
    });
  const choice = await inTenant((tx) => daysToCompare(tx, chosen, reconciledDaysMax));
  let compared = 0;
  let marked = 0;
  const differences: Difference[] = [];
  for (const { zone, days } of choice) {
    for (let from = 0; from < days.length; from += daysPerSnapshot) {
      const some = days.slice(from, from + daysPerSnapshot);
      const found = await inTenant(async (tx) => {
        const unmarked = await unmarkedDays(tx, some, zone);
        return { days: unmarked, differences: await compareRollups(tx, unmarked, zone) };
      }, "repeatable read");
      compared += found.days.length;
      marked += some.length - found.days.length;
      differences.push(...found.differences.map((difference) => ({ zone, ...difference })));
      ctx.progress(Math.min(0.99, from / days.length), `tenant ${tenantId}, ${zone}`);
    }
  }
  const wrong = wrongDays(differences);
  await inTenant((tx) => markDays(tx, wrong));
  const [example] = differences;
  await ctx.inEngine((tx) =>
    recordRollupFinding(
      tx,
      tenantId,
      example === undefined ? null : { differences: differences.length, days: wrong.length, example: inWords(example) },
    ),
  );
  return { compared, marked, differences };
}

function wrongDays(differences: readonly Difference[]): InstantRange[] {
  const zones = [...new Set(differences.map(({ zone }) => zone))];
  return zones.flatMap((zone) => {
    const inZone = differences.filter((difference) => difference.zone === zone);
    return daysOfQuarters(
      inZone.map(({ startsAtMs }) => startsAtMs),
      zone,
    );
  });
}

const inWords = ({ rollup, metric, startsAtMs, rolledUp, facts }: Difference): string =>
  `${rollup} ${metric} of ${new Date(startsAtMs).toISOString()}: ${rolledUp ?? "no row"}, facts ${facts ?? "nothing"}`;
