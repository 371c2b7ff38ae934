import type { RunGroup } from "@deskpulse/domain/analytics/automation-figures";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { TenantTx } from "../transaction.ts";
import { within } from "./bucket-of.ts";
import { filterConditions } from "./filter-conditions.ts";
import { spanColumns } from "./filtered-columns.ts";

/** Of each kind; a source with more names than that is no set of rules. */
const groupsPerKindMax = 1_000;

/**
 * Which rules, triggers, actions and causes of failure had runs in the range, and how many? At most 1,000 of a kind, the
 * greatest. A cause is the first line of the source's error, at most 200 characters. Index: automation_runs_at. An
 * empty tenant gets [].
 */
export async function groupAutomationRuns(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
): Promise<RunGroup[]> {
  const { sql, tenantId } = tx;
  return await sql<RunGroup[]>`
    with found as materialized (
      select s.rule, s.trigger, s.actions, s.outcome,
        left(split_part(coalesce(s.error, ''), E'\\n', 1), 200) as cause
      from automation_runs s
      where s.tenant_id = ${tenantId} and ${within(sql, sql`s.at`, range)}
        ${filterConditions(tx, spanColumns(sql), filters)}
    ), named as (
      select 'rule' as kind, rule as name, outcome from found
      union all select 'trigger', trigger, outcome from found
      union all select distinct_action.* from found cross join lateral (
        select distinct 'action' as kind, action as name, found.outcome from unnest(found.actions) as action) distinct_action
      union all select 'cause', case cause when '' then 'no cause given' else cause end, outcome from found
        where outcome = 'failed'
    ), counted as (
      select kind, name, count(*)::int as runs, count(*) filter (where outcome = 'succeeded')::int as succeeded,
        row_number() over (partition by kind order by count(*) desc, name collate "C") as rank
      from named group by kind, name
    )
    select kind, name, runs, succeeded from counted where rank <= ${groupsPerKindMax} order by kind, rank`;
}
