import { dayMetrics } from "@deskpulse/domain/analytics/rollup-metrics";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { daysOfQuarters } from "@deskpulse/domain/time/local-days";
import type { TenantTx } from "../transaction.ts";
import { agentDaysOfFacts } from "./agent-days-of-facts.ts";
import { countsOfFacts, sumsOf } from "./counts-of-facts.ts";
import { durationsOfFacts } from "./durations-of-facts.ts";
import { replaceQuarters } from "./replace-quarters.ts";

/** Days that one statement makes. */
const daysPerStatement = 50;

/**
 * Rolls up anew the days of up to `marksMax` marks of the tenant and takes these marks away; returns whether more may be
 * left. The days of the tenant's present zone are kept; those of a former zone go when the new ones are complete. Does
 * nothing while another transaction rolls up the same tenant. Indexes: primary keys of rollup_marks, rollup_days and
 * rollup_zones; those of the queries of facts.
 */
export async function refreshRollups(tx: TenantTx, marksMax: number): Promise<boolean> {
  const { sql, tenantId } = tx;
  // the statements after this one see all that the former holder committed
  const [lock] = await sql<{ held: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtextextended(${`rollups ${tenantId}`}, 0)) as held`;
  if (lock?.held !== true) return false;
  const zones = await keepZones(tx);
  const marks = await sql<{ at: Date; zone: string | null }[]>`
    delete from rollup_marks
    where tenant_id = ${tenantId} and id in (
      select id from rollup_marks where tenant_id = ${tenantId} order by id limit ${marksMax})
    returning starts_at as at, zone`;
  await replaceQuarters(
    tx,
    marks.filter(({ zone }) => zone === null).map(({ at }) => at.getTime()),
  );
  for (const zone of zones) {
    const times = marks.filter((mark) => mark.zone === null || mark.zone === zone).map(({ at }) => at.getTime());
    const days = daysOfQuarters(times, zone);
    for (let from = 0; from < days.length; from += daysPerStatement) {
      await replaceDays(tx, zone, days.slice(from, from + daysPerStatement));
    }
  }
  return marks.length === marksMax;
}

/** Begins the tenant's present zone, and ends former ones when nothing of it is left to be made. Returns all zones. */
async function keepZones({ sql, tenantId }: TenantTx): Promise<string[]> {
  const rows = await sql<{ zone: string; present: boolean }[]>`
    select zone, false as present from rollup_zones where tenant_id = ${tenantId}
    union all
    select timezone, true from tenants where id = ${tenantId}`;
  const present = rows.find((row) => row.present)?.zone;
  // a tenant that is being deleted
  if (present === undefined) return [];
  const kept = rows.filter((row) => !row.present).map(({ zone }) => zone);
  if (!kept.includes(present)) {
    await sql`insert into rollup_zones (tenant_id, zone) values (${tenantId}, ${present})`;
    // a day of one zone touches at most three of another
    await sql`
      insert into rollup_marks (tenant_id, starts_at, zone)
      select distinct ${tenantId}::uuid, starts_at + step, ${present} from rollup_day_counts
      cross join (values (interval '0'), (interval '12 hours'), (interval '24 hours 45 minutes')) as steps (step)
      where tenant_id = ${tenantId}`;
    return [...kept, present];
  }
  if (kept.length === 1) return kept;
  const [left] = await sql`select from rollup_marks where tenant_id = ${tenantId} and zone = ${present} limit 1`;
  if (left !== undefined) return kept;
  await sql`delete from rollup_zones where tenant_id = ${tenantId} and zone <> ${present}`;
  await sql`delete from rollup_days where tenant_id = ${tenantId} and zone <> ${present}`;
  await sql`delete from rollup_day_counts where tenant_id = ${tenantId} and zone <> ${present}`;
  await sql`delete from rollup_agent_days where tenant_id = ${tenantId} and zone <> ${present}`;
  await sql`delete from rollup_marks where tenant_id = ${tenantId} and zone <> ${present}`;
  return [present];
}

async function replaceDays(tx: TenantTx, zone: string, days: readonly InstantRange[]): Promise<void> {
  const { sql, tenantId } = tx;
  const starts = `{${days.map(({ fromMs }) => new Date(fromMs).toISOString()).join(",")}}`;
  const metrics = sql`(select distinct metric from rollup_days where tenant_id = ${tenantId} and zone = ${zone})`;
  await sql`
    delete from rollup_days where tenant_id = ${tenantId} and zone = ${zone} and metric in ${metrics}
      and starts_at = any (${starts}::timestamptz[])`;
  await sql`
    insert into rollup_days (tenant_id, zone, metric, starts_at, count, sum_ms, min_ms, max_ms, sketch_keys, sketch_counts)
    select ${tenantId}::uuid, ${zone}, cells.* from (${durationsOfFacts(tx, days)}) as cells`;
  for (const table of ["rollup_day_counts", "rollup_agent_days"]) {
    await sql`
      delete from ${sql(table)}
      where tenant_id = ${tenantId} and zone = ${zone} and starts_at = any (${starts}::timestamptz[])`;
  }
  await sql`
    insert into rollup_day_counts (tenant_id, zone, starts_at, ${sql.unsafe(dayMetrics.join(", "))})
    select ${tenantId}::uuid, ${zone}, starts_at, ${sql.unsafe(sumsOf(dayMetrics))}
    from (${countsOfFacts(tx, days, "span")}) as counts group by starts_at`;
  await sql`
    insert into rollup_agent_days (tenant_id, zone, starts_at, user_id, handled, resolved, reopened, messages,
      active_quarters, first_responses, first_response_ms, replies, reply_ms, resolution_ms)
    select ${tenantId}::uuid, ${zone}, done.* from (${agentDaysOfFacts(tx, days)}) as done`;
}
