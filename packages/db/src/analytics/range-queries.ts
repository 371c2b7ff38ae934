import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import { type Bucketed, byBucket } from "@deskpulse/domain/analytics/bucketed";
import type { DurationClock, MeasuredDurations } from "@deskpulse/domain/analytics/duration-figures";
import type { HourCount, OpenAtQuarter } from "@deskpulse/domain/analytics/peak-figures";
import type { ReportMeta } from "@deskpulse/domain/analytics/report";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import { type BucketedRange, planReport } from "@deskpulse/domain/analytics/report-plan";
import type { ReportInput } from "@deskpulse/domain/analytics/report-request";
import { responseBoundsMs } from "@deskpulse/domain/analytics/response-classes";
import {
  bucketedCounts,
  bucketedDurations,
  bucketedQuarters,
  type CountCell,
} from "@deskpulse/domain/analytics/rollup-cells";
import {
  type DayMetric,
  type QuarterMetric,
  type SketchedKind,
  sketchedKinds,
} from "@deskpulse/domain/analytics/rollup-metrics";
import {
  nothingStands,
  type Standing,
  type StandingOverTime,
  standingAtEnds,
} from "@deskpulse/domain/analytics/standing";
import { type Volumes, volumeMetrics } from "@deskpulse/domain/analytics/volumes";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";
import type { InstantRange } from "@deskpulse/domain/time/buckets";
import { hourOfWeek, hoursOfWeek, type OffsetSpan, offsetSpans } from "@deskpulse/domain/time/hours-of-week";
import { quarterMs } from "@deskpulse/domain/time/local-days";
import { factSpans } from "../rollups/fact-spans.ts";
import { readDayCounts, readFactCounts } from "../rollups/read-day-counts.ts";
import { readDayDurations } from "../rollups/read-day-durations.ts";
import { type ReadQuarters, readQuarters } from "../rollups/read-quarters.ts";
import type { TenantTx } from "../transaction.ts";
import { classifyFirstResponses } from "./classify-first-responses.ts";
import { countByHourOfWeek } from "./count-by-hour-of-week.ts";
import { countCreated } from "./count-created.ts";
import { countMeasurements } from "./count-measurements.ts";
import { countMessages } from "./count-messages.ts";
import { countOpenChanges } from "./count-open-changes.ts";
import { countOutcomes } from "./count-outcomes.ts";
import { countRatings } from "./count-ratings.ts";
import { countRepeatedResolutions } from "./count-repeated-resolutions.ts";
import { countStanding } from "./count-standing.ts";
import { countStandingChanges } from "./count-standing-changes.ts";
import { countSurveys } from "./count-surveys.ts";
import { countWithoutBusinessHours } from "./count-without-business-hours.ts";
import { isFiltered } from "./filter-conditions.ts";
import { type AgentsMeasured, measureAgents } from "./measure-agents.ts";
import { measureDurations } from "./measure-durations.ts";

const dayMs = 86_400_000;
/** What stood so long ago is told backwards over the rollups: the facts would go through all that ended since. */
const recentMs = 7 * dayMs;

/**
 * The figures of one range, by its buckets or by the entries of a breakdown: what rollups can answer from them where
 * they serve, and else from the facts. A row's `bucket` is the index of its bucket or of its entry.
 */
export class RangeQueries {
  readonly tx: TenantTx;
  readonly range: BucketedRange;
  readonly filters: ReportFilters;
  /** To be handed on by queries; null: by buckets. */
  readonly breakdown: BreakdownPlan | null;
  /** By which durations are measured. */
  readonly clock: DurationClock;
  readonly timezone: string;
  readonly #input: ReportInput;
  readonly #measured = new Set<MeasurementKind>();
  #used = new Set<"rollups" | "facts" | "sketch">();
  #spans: Promise<readonly InstantRange[] | null> | undefined;
  #factCells: Promise<CountCell[]> | undefined;

  /** Breakdowns are for the facts alone to answer. */
  constructor(tx: TenantTx, range: BucketedRange, input: ReportInput, breakdown: BreakdownPlan | null = null) {
    this.tx = tx;
    this.range = range;
    this.filters = input.filters;
    this.timezone = input.timezone;
    this.breakdown = breakdown;
    this.clock = input.businessHours === true ? "business" : "wall";
    this.#input = input;
  }

  /** What came in and got done. */
  async volumes(): Promise<Bucketed<Volumes>[]> {
    const counts = await this.counts(["created", "messages_in", "resolved"]);
    if (counts !== null) {
      return counts.map(({ bucket, created, messages_in: messagesIn, resolved }) => ({
        bucket,
        created,
        messagesIn,
        resolved,
      }));
    }
    const created = byBucket(await countCreated(this.tx, this.range, this.filters));
    const messages = byBucket(await countMessages(this.tx, this.range, this.filters));
    const resolutions = byBucket(await countMeasurements(this.tx, "resolution", this.range, this.filters));
    return [...new Set([...created.keys(), ...messages.keys(), ...resolutions.keys()])].map((bucket) => ({
      bucket,
      created: created.get(bucket)?.created ?? 0,
      messagesIn: messages.get(bucket)?.messagesIn ?? 0,
      resolved: resolutions.get(bucket)?.count ?? 0,
    }));
  }

  /** The same over another range, cut by `groupBy`; what that takes counts as taken by this report. */
  over(range: BucketedRange, groupBy: ReportInput["groupBy"]): RangeQueries {
    const other = new RangeQueries(this.tx, range, { ...this.#input, groupBy }, this.breakdown);
    other.#used = this.#used;
    return other;
  }

  /** What each agent did, at most `agentsMax`, and all of them by bucket. */
  async agents(agentsMax: number): Promise<AgentsMeasured> {
    const zone = this.#input.groupBy === "hour" ? null : this.timezone;
    const measured = await measureAgents(this.tx, this.range, this.filters, zone, agentsMax);
    if (measured.source !== "facts") this.#used.add("rollups");
    if (measured.source !== "rollups") this.#used.add("facts");
    return measured;
  }

  /** The range by local days, and the range as long and just before it. */
  byDay(): { readonly current: BucketedRange; readonly previous: BucketedRange } {
    const [from, to] = [new Date(this.range.fromMs).toISOString(), new Date(this.range.toMs).toISOString()];
    const plan = planReport({ ...this.#input, from, to, groupBy: "day", compare: "previous" });
    return { current: plan.current, previous: plan.comparison ?? plan.current };
  }

  /** The last `count` periods that end with the range, the first of them whole. */
  periods(groupBy: "week" | "month", count: number): BucketedRange {
    const longestMs = (groupBy === "week" ? 7 : 31) * dayMs;
    const from = new Date(this.range.toMs - count * longestMs).toISOString();
    const to = new Date(this.range.toMs).toISOString();
    const { current } = planReport({ ...this.#input, from, to, groupBy, compare: null });
    const startsMs = current.startsMs.slice(-count);
    return { ...current, startsMs, fromMs: startsMs[0] ?? current.fromMs };
  }

  /** How often each hour of the local week saw what came in and got done. */
  async hoursOfWeek(): Promise<HourCount[]> {
    const { tx, range, timezone, filters } = this;
    const quarters = await this.#quarters(["created", "messages_in", "resolved"]);
    if (quarters === null) {
      this.fromFacts();
      return await countByHourOfWeek(tx, range, timezone, filters);
    }
    const sums = volumeMetrics.map(() => new Array<number>(hoursOfWeek).fill(0));
    const offsets = offsetSpans(range, timezone);
    for (const [index, startMs] of quarters.startsMs.entries()) {
      const hour = hourOfWeek(startMs, offsetAt(offsets, startMs));
      for (const [place, sum] of sums.entries()) sum[hour] = (sum[hour] ?? 0) + (quarters.counts[index]?.[place] ?? 0);
    }
    return volumeMetrics.flatMap((metric, place) =>
      (sums[place] ?? []).map((count, hour): HourCount => ({ metric, hour, count })),
    );
  }

  /** Open conversations at the end of each quarter hour of the range that has passed, ascending. */
  async openByQuarter(): Promise<OpenAtQuarter[]> {
    const { tx, range, timezone, filters } = this;
    const quarters = await this.#quarters(["open_net"]);
    const changes = new Map<number, number>();
    if (quarters === null) {
      this.fromFacts();
      for (const { at, net } of await countOpenChanges(tx, range, filters)) changes.set(at.getTime(), net);
    } else for (const [index, at] of quarters.startsMs.entries()) changes.set(at, quarters.counts[index]?.[0] ?? 0);
    let { open } = await this.#standingAtEnd();
    const offsets = offsetSpans(range, timezone);
    const found: OpenAtQuarter[] = [];
    const nowMs = Date.now();
    for (
      let startMs = Math.ceil(range.toMs / quarterMs) * quarterMs - quarterMs;
      startMs + quarterMs > range.fromMs;
    ) {
      const endMs = Math.min(startMs + quarterMs, range.toMs);
      const within = Math.max(startMs, range.fromMs);
      if (endMs <= nowMs) found.push({ endMs, hour: hourOfWeek(within, offsetAt(offsets, within)), open });
      open -= changes.get(startMs) ?? 0;
      startMs -= quarterMs;
    }
    return found.reverse();
  }

  async created(): Promise<Bucketed<{ readonly created: number }>[]> {
    const counts = await this.counts(["created"]);
    return counts ?? (await countCreated(this.tx, this.range, this.filters, this.breakdown));
  }

  async messages(): Promise<
    Bucketed<{ readonly messagesIn: number; readonly messagesOut: number; readonly messagesPrivate: number }>[]
  > {
    const counts = await this.counts(["messages_in", "messages_out", "messages_private"]);
    if (counts === null) return await countMessages(this.tx, this.range, this.filters, this.breakdown);
    return counts.map(({ bucket, messages_in, messages_out, messages_private }) => ({
      bucket,
      messagesIn: messages_in,
      messagesOut: messages_out,
      messagesPrivate: messages_private,
    }));
  }

  /** What became of conversations. */
  async outcomes(): Promise<Awaited<ReturnType<typeof countOutcomes>>> {
    const counts = await this.dayCounts(["resolved", "reopened", "bot_resolved", "handoffs", "one_touch"]);
    if (counts === null) return await countOutcomes(this.tx, this.range, this.filters, this.breakdown);
    this.fromFacts();
    const repeated = byBucket(await countRepeatedResolutions(this.tx, this.range));
    return counts.map(({ bucket, resolved, reopened, bot_resolved, handoffs, one_touch }) => ({
      bucket,
      resolved,
      uniqueResolved: resolved - (repeated.get(bucket)?.repeated ?? 0),
      reopened,
      botResolved: bot_resolved,
      handoffs,
      oneTouch: one_touch,
    }));
  }

  async ratings(): Promise<Awaited<ReturnType<typeof countRatings>>> {
    const counts = await this.dayCounts(["rating_1", "rating_2", "rating_3", "rating_4", "rating_5"]);
    if (counts === null) return await countRatings(this.tx, this.range, this.filters, this.breakdown);
    return counts.map(({ bucket, rating_1, rating_2, rating_3, rating_4, rating_5 }) => ({
      bucket,
      counts: [rating_1, rating_2, rating_3, rating_4, rating_5],
    }));
  }

  /** Surveys by when they were sent, and how many of them were answered. */
  async surveys(): Promise<Awaited<ReturnType<typeof countSurveys>>> {
    const counts = await this.dayCounts(["surveys_sent", "surveys_answered"]);
    if (counts === null) return await countSurveys(this.tx, this.range, this.filters, this.breakdown);
    return counts.map(({ bucket, surveys_sent: sent, surveys_answered: answered }) => ({ bucket, sent, answered }));
  }

  /** First responses of the range by class of waiting time (index from 0). */
  async responseClasses(): Promise<{ readonly index: number; readonly count: number }[]> {
    const metrics = [
      "first_response_1",
      "first_response_2",
      "first_response_3",
      "first_response_4",
      "first_response_5",
      "first_response_6",
      "first_response_7",
    ] as const;
    const total = this.clock === "wall" ? byBucket((await this.dayCounts(metrics)) ?? []).get(null) : undefined;
    if (total === undefined) {
      this.fromFacts();
      return await classifyFirstResponses(this.tx, responseBoundsMs, this.range, this.filters, this.clock);
    }
    return metrics.map((metric, index) => ({ index, count: total[metric] }));
  }

  /** How conversations stood at the end of each bucket, or at the end of the range for each entry; null: of all. */
  async standing(): Promise<(bucket: number | null) => Standing> {
    if (this.breakdown === null) return standingAtEnds(await this.#standingOverTime(), this.range.startsMs.length);
    const entries = byBucket(await countStanding(this.tx, this.range.toMs, this.filters, this.breakdown));
    return (entry) => entries.get(entry) ?? nothingStands;
  }

  async #standingOverTime(): Promise<StandingOverTime> {
    const atEnd = await this.#standingAtEnd();
    const counts = await this.counts(["open_net", "unattended_net", "unassigned_net"]);
    if (counts === null) return { atEnd, changes: await countStandingChanges(this.tx, this.range, this.filters) };
    const changes = counts
      .filter(({ bucket }) => bucket !== null)
      .map(({ bucket, open_net, unattended_net, unassigned_net }) => ({
        bucket,
        open: open_net,
        unattended: unattended_net,
        unassigned: unassigned_net,
      }));
    return { atEnd, changes };
  }

  async durations(kind: MeasurementKind): Promise<Bucketed<MeasuredDurations>[]> {
    this.#measured.add(kind);
    const isExact = this.#input.precision === "exact" || this.clock === "business" || !isSketched(kind);
    const facts = isExact ? null : await this.#factSpans();
    if (facts === null || !isSketched(kind)) {
      this.fromFacts();
      return await measureDurations(this.tx, kind, this.range, this.filters, this.breakdown, this.clock);
    }
    this.#used.add("sketch");
    return bucketedDurations(await readDayDurations(this.tx, this.range, this.timezone, facts, kind), kind, this.range);
  }

  /** How many measurements of the kinds that were asked for have no duration by the business clock; null by the other. */
  async withoutBusinessHours(): Promise<number | null> {
    if (this.clock === "wall") return null;
    return await countWithoutBusinessHours(this.tx, [...this.#measured], this.range, this.filters);
  }

  /** Counts of rolled up days, or of quarter hours where days do not serve; null when the facts have to be asked. */
  async counts<Metric extends QuarterMetric>(
    metrics: readonly Metric[],
  ): Promise<Bucketed<Record<Metric, number>>[] | null> {
    const days = await this.#dayCells(metrics);
    if (days !== null) return bucketedCounts(days, metrics, this.range);
    const quarters = await this.#quarters(metrics);
    if (quarters !== null) return bucketedQuarters(quarters, this.range);
    this.fromFacts();
    return null;
  }

  /** The same of what is counted by days only. */
  async dayCounts<Metric extends DayMetric>(
    metrics: readonly Metric[],
  ): Promise<Bucketed<Record<Metric, number>>[] | null> {
    const days = await this.#dayCells(metrics);
    if (days !== null) return bucketedCounts(days, metrics, this.range);
    this.fromFacts();
    return null;
  }

  /** To be told by queries that always go to the facts. */
  fromFacts(): void {
    this.#used.add("facts");
  }

  get isSketched(): boolean {
    return this.#used.has("sketch");
  }

  get source(): ReportMeta["source"] {
    if (!this.#used.has("rollups")) return "facts";
    return this.#used.has("facts") ? "rollups and facts" : "rollups";
  }

  /** Counts of quarter hours, in any zone; null when filters or uneven bounds send the report to the facts. */
  async #quarters<Metric extends QuarterMetric>(metrics: readonly Metric[]): Promise<ReadQuarters<Metric> | null> {
    if (isFiltered(this.filters) || this.breakdown !== null) return null;
    const quarters = await readQuarters(this.tx, this.range, metrics);
    if (quarters !== null) this.#used.add("rollups");
    if (quarters?.withFacts) this.#used.add("facts");
    return quarters;
  }

  /** What must come from the facts where days answer; null where they do not: filters, hours, another zone. */
  async #factSpans(): Promise<readonly InstantRange[] | null> {
    if (this.#input.groupBy === "hour" || isFiltered(this.filters) || this.breakdown !== null) return null;
    this.#spans ??= factSpans(this.tx, this.range, this.timezone);
    const spans = await this.#spans;
    if (spans !== null) this.#used.add("rollups");
    if (spans !== null && spans.length > 0) this.#used.add("facts");
    return spans;
  }

  async #dayCells(metrics: readonly DayMetric[]): Promise<CountCell[] | null> {
    const spans = await this.#factSpans();
    if (spans === null) return null;
    this.#factCells ??= readFactCounts(this.tx, spans);
    const facts = await this.#factCells;
    return [...(await readDayCounts(this.tx, this.range, this.timezone, spans, metrics)), ...facts];
  }

  async #standingAtEnd(): Promise<Standing> {
    const { toMs } = this.range;
    const nowMs = Date.now();
    if (toMs < nowMs - recentMs && (await this.#factSpans()) !== null) {
      // facts lie at most minutes ahead of the clock
      const since = { fromMs: toMs, toMs: nowMs + dayMs, startsMs: [toMs], endMs: nowMs + dayMs };
      const spans = await factSpans(this.tx, since, this.timezone);
      if (spans !== null) {
        const now = await this.#countStanding(since.toMs);
        const metrics = ["open_net", "unattended_net", "unassigned_net"] as const;
        const days = await readDayCounts(this.tx, since, this.timezone, spans, metrics);
        const [net] = bucketedCounts([...days, ...(await readFactCounts(this.tx, spans))], metrics, since);
        return {
          open: now.open - (net?.open_net ?? 0),
          unattended: now.unattended - (net?.unattended_net ?? 0),
          unassigned: now.unassigned - (net?.unassigned_net ?? 0),
        };
      }
    }
    return await this.#countStanding(toMs);
  }

  async #countStanding(atMs: number): Promise<Standing> {
    const [standing] = await countStanding(this.tx, atMs, this.filters);
    return standing ?? nothingStands;
  }
}

/** How far the zone's clock is from UTC at an instant of the spans; they are few. */
const offsetAt = (spans: readonly OffsetSpan[], atMs: number): number =>
  spans.findLast(({ fromMs }) => fromMs <= atMs)?.offsetMs ?? spans[0]?.offsetMs ?? 0;

function isSketched(kind: MeasurementKind): kind is SketchedKind {
  return sketchedKinds.some((sketched) => sketched === kind);
}
