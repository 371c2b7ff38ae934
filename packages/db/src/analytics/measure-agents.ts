import type { AgentWork, TimedWork } from "@deskpulse/domain/analytics/agent-figures";
import type { Bucketed } from "@deskpulse/domain/analytics/bucketed";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import { agentDaysOfFacts } from "../rollups/agent-days-of-facts.ts";
import { factSpans } from "../rollups/fact-spans.ts";
import type { TenantTx } from "../transaction.ts";
import { bucketOf, type Fragment } from "./bucket-of.ts";

export interface AgentsMeasured {
  /** The most resolutions first. */
  readonly agents: readonly AgentWork[];
  readonly agentsLeftOut: number;
  readonly work: readonly Bucketed<TimedWork>[];
  readonly source: "rollups" | "facts" | "rollups and facts";
}

interface Row extends TimedWork {
  readonly agentId: string | null;
  readonly name: string | null;
  readonly bucket: number | null;
  readonly isWhole: boolean;
  readonly place: number;
}

const columns = `handled, resolved, reopened, messages, active_quarters, first_responses, first_response_ms, replies,
  reply_ms, resolution_ms`;

/** Sums of all columns, one row an agent and bucket first: counting distinct agents over all rows would sort them. */
const sums = (): string =>
  columns
    .split(",")
    .map((name) => `coalesce(sum(${name.trim()}), 0)::float8 as ${name.trim()}`)
    .join(", ");

/**
 * What did each agent do in the range (at most `agentsMax`), and all of them in it and in each of its buckets? From
 * rolled up days where these serve: no filter but agents, whole local days of a rolled up zone (null: no). Else from the
 * facts. Indexes: primary key of rollup_agent_days; messages_at, measurements_kind_at. An empty tenant gets the range's
 * row with zeros.
 */
export async function measureAgents(
  tx: TenantTx,
  range: BucketedRange,
  filters: ReportFilters,
  zone: string | null,
  agentsMax: number,
): Promise<AgentsMeasured> {
  const { sql, tenantId } = tx;
  const { agentId, ...others } = filters;
  const mayServe = zone !== null && Object.values(others).every((values) => values.length === 0);
  const spans = mayServe ? await factSpans(tx, range, zone) : null;
  const buckets = range.startsMs.map((startMs, index) => ({
    fromMs: Math.max(startMs, range.fromMs),
    toMs: Math.min(range.startsMs[index + 1] ?? range.endMs, range.toMs),
  }));
  const done = spans === null ? sql`select * from (${agentDaysOfFacts(tx, buckets, filters)}) facts` : rolledUp();

  function rolledUp(): Fragment {
    const facts = spans ?? [];
    const starts = `{${facts.map(({ fromMs }) => new Date(fromMs).toISOString()).join(",")}}`;
    const rolled = sql`
      select starts_at, user_id, ${sql.unsafe(columns)} from rollup_agent_days
      where tenant_id = ${tenantId} and zone = ${zone} and starts_at >= ${new Date(range.fromMs)}
        and starts_at < ${new Date(range.toMs)} and starts_at <> all (${starts}::timestamptz[])
        ${agentId.length === 0 ? sql`` : sql`and user_id in ${sql(agentId)}`}`;
    if (facts.length === 0) return rolled;
    return sql`${rolled} union all select * from (${agentDaysOfFacts(tx, facts, filters)}) facts`;
  }

  const rows = await sql<Row[]>`
    with done as (${done}), placed as materialized (
      select user_id, ${bucketOf(sql, sql`starts_at`, range)} as bucket, ${sql.unsafe(sums())}
      from done group by 1, 2
    ), summed as (
      select user_id, null::int as bucket, false as is_whole, 0 as by_bucket, 1 as agents_active, ${sql.unsafe(sums())}
      from placed group by user_id
      union all
      select null, bucket, false, 1, count(*)::int, ${sql.unsafe(sums())} from placed group by bucket
      union all
      select null, null, true, 1, (select count(distinct user_id)::int from placed), ${sql.unsafe(sums())} from placed
    )
    select s.user_id as "agentId", u.name, s.bucket, s.is_whole as "isWhole", s.agents_active as "agentsActive",
      s.handled, s.resolved, s.reopened, s.messages, s.active_quarters as "activeQuarters",
      s.first_responses as "firstResponses", s.first_response_ms as "firstResponseMs", s.replies,
      s.reply_ms as "replyMs", s.resolution_ms as "resolutionMs",
      row_number() over (partition by s.by_bucket order by s.resolved desc, s.messages desc, s.user_id)::int as place
    from summed s left join users u on u.id = s.user_id
    order by place`;
  const agents: AgentWork[] = [];
  const work: Bucketed<TimedWork>[] = [];
  let agentsLeftOut = 0;
  for (const { agentId: id, name, bucket, isWhole, place, agentsActive, ...rest } of rows) {
    if (id === null) work.push({ bucket: isWhole ? null : bucket, agentsActive, ...rest });
    else if (place > agentsMax) agentsLeftOut += 1;
    else agents.push({ agentId: id, name: name ?? "", ...rest });
  }
  const source = spans === null ? "facts" : spans.length === 0 ? "rollups" : "rollups and facts";
  return { agents, agentsLeftOut, work, source };
}
