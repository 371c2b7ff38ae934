import { countCreated } from "@deskpulse/db/analytics/count-created";
import { countMessages } from "@deskpulse/db/analytics/count-messages";
import { countWithoutBusinessHours } from "@deskpulse/db/analytics/count-without-business-hours";
import { isFiltered } from "@deskpulse/db/analytics/filter-conditions";
import { measureDurations } from "@deskpulse/db/analytics/measure-durations";
import { type ReadRollups, readRollups } from "@deskpulse/db/rollups/read-rollups";
import type { TenantTx } from "@deskpulse/db/transaction";
import type { BreakdownPlan } from "@deskpulse/domain/analytics/breakdown";
import { type Bucketed, byBucket } from "@deskpulse/domain/analytics/bucketed";
import type { DurationClock, MeasuredDurations } from "@deskpulse/domain/analytics/duration-figures";
import type { ReportMeta } from "@deskpulse/domain/analytics/report";
import type { ReportFilters } from "@deskpulse/domain/analytics/report-filters";
import type { BucketedRange } from "@deskpulse/domain/analytics/report-plan";
import type { ReportInput } from "@deskpulse/domain/analytics/report-request";
import { bucketedCounts, bucketedDurations } from "@deskpulse/domain/analytics/rollup-cells";
import type { MeasurementKind } from "@deskpulse/domain/ingest/folded";

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
  readonly #measured = new Set<MeasurementKind>();
  readonly #precision: ReportInput["precision"];
  readonly #rollups: ReadRollups | null;
  readonly #used = new Set<"rollups" | "facts" | "sketch">();

  /** By buckets. Reads the rollups, unless the report is filtered or by the hour: days cannot answer that. */
  static async open(tx: TenantTx, range: BucketedRange, input: ReportInput): Promise<RangeQueries> {
    const mayServe = input.groupBy !== "hour" && !isFiltered(input.filters);
    return new RangeQueries(tx, range, input, mayServe ? await readRollups(tx, range, input.timezone) : null, null);
  }

  /** By entries of a breakdown, which the facts alone can answer. */
  static ofEntries(tx: TenantTx, range: BucketedRange, input: ReportInput, breakdown: BreakdownPlan): RangeQueries {
    return new RangeQueries(tx, range, input, null, breakdown);
  }

  private constructor(
    tx: TenantTx,
    range: BucketedRange,
    input: ReportInput,
    rollups: ReadRollups | null,
    breakdown: BreakdownPlan | null,
  ) {
    this.tx = tx;
    this.range = range;
    this.filters = input.filters;
    this.breakdown = breakdown;
    this.clock = input.businessHours === true ? "business" : "wall";
    this.#precision = input.precision;
    this.#rollups = rollups;
  }

  async created(): Promise<Bucketed<{ readonly created: number }>[]> {
    const rollups = this.#rolled();
    if (rollups === null) return await countCreated(this.tx, this.range, this.filters, this.breakdown);
    return bucketedCounts(rollups, "created", this.range).map(({ bucket, count }) => ({ bucket, created: count }));
  }

  async messages(): Promise<Bucketed<{ readonly messagesIn: number; readonly messagesOut: number }>[]> {
    const rollups = this.#rolled();
    if (rollups === null) return await countMessages(this.tx, this.range, this.filters, this.breakdown);
    const messagesIn = byBucket(bucketedCounts(rollups, "messages_in", this.range));
    const messagesOut = byBucket(bucketedCounts(rollups, "messages_out", this.range));
    return [...new Set([...messagesIn.keys(), ...messagesOut.keys()])].map((bucket) => ({
      bucket,
      messagesIn: messagesIn.get(bucket)?.count ?? 0,
      messagesOut: messagesOut.get(bucket)?.count ?? 0,
    }));
  }

  async durations(kind: MeasurementKind): Promise<Bucketed<MeasuredDurations>[]> {
    this.#measured.add(kind);
    const rollups = this.#precision === "exact" || this.clock === "business" ? null : this.#rolled();
    if (rollups === null) {
      this.fromFacts();
      return await measureDurations(this.tx, kind, this.range, this.filters, this.breakdown, this.clock);
    }
    this.#used.add("sketch");
    return bucketedDurations(rollups, kind, this.range);
  }

  /** How many measurements of the kinds that were asked for have no duration by the business clock; null by the other. */
  async withoutBusinessHours(): Promise<number | null> {
    if (this.clock === "wall") return null;
    return await countWithoutBusinessHours(this.tx, [...this.#measured], this.range, this.filters);
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

  #rolled(): ReadRollups | null {
    this.#used.add(this.#rollups === null ? "facts" : "rollups");
    if (this.#rollups?.withFacts) this.#used.add("facts");
    return this.#rollups;
  }
}
