import type { LookupMeasurement } from "@deskpulse/domain/performance/lookup-gain";
import { qualifiedName, quoteName } from "@deskpulse/domain/performance/sql-name";
import { literal } from "../literal.ts";
import type { OwnerTx } from "../owner.ts";
import { seeRows, type TableName } from "./see-rows.ts";

const valuesMax = 3;
const runsPerValue = 5;
/** Timed runs of one value stop after this; a look-up that takes longer is timed once. */
const valueBudgetMs = 3_000;
const sampledPages = 500;

/** Values of the look-up's columns, as texts. */
export type LookupValues = readonly (readonly string[])[];

/** A few of the values that the table holds in these columns, spread over it. Empty when none can be seen. */
export async function sampleLookupValues(
  tx: OwnerTx,
  name: TableName,
  columns: readonly string[],
): Promise<LookupValues> {
  const { sql } = tx;
  if ((await seeRows(tx, name)) === "no rows") return [];
  const names = columns.map(quoteName);
  const texts = names.map((column, at) => `${column}::text as value${at}`).join(", ");
  const given = names.map((column) => `${column} is not null`).join(" and ");
  const values = columns.map((_column, at) => `value${at}`).join(", ");
  const table = qualifiedName(name.schema, name.table);
  const [size] = await sql<{ percent: number }[]>`
    select least(100, 100.0 * ${sampledPages}::float8 * current_setting('block_size')::float8
      / greatest(1, pg_relation_size(to_regclass(${table}))))::float8 as percent`;
  const rows = await sql.unsafe<Record<string, string>[]>(
    `select ${values} from (select distinct ${values} from (
       select ${texts} from only ${table} tablesample system (${size?.percent ?? 100}) where ${given} limit 20000
     ) as seen) as kinds order by md5(row(${values})::text) limit ${valuesMax}`,
  );
  return rows.map((row) => columns.map((_column, at) => row[`value${at}`] ?? ""));
}

interface Plan {
  readonly "Index Name"?: string;
  readonly "Total Cost": number;
  readonly Plans?: readonly Plan[];
}
interface Explained {
  readonly Plan: Plan;
  readonly "Execution Time"?: number;
}

/**
 * What a look-up by these values costs and takes now: the check that a delete of the referenced row makes. `index` is the
 * one whose use is counted; null before there is one.
 */
export async function measureLookup(
  tx: OwnerTx,
  name: TableName,
  columns: readonly string[],
  values: LookupValues,
  index: string | null,
): Promise<LookupMeasurement> {
  await seeRows(tx, name);
  let [cost, timeMs, valuesByIndex] = [0, 0, 0];
  for (const value of values) {
    const where = columns.map((column, at) => `${quoteName(column)} = ${literal(value[at] ?? "")}`).join(" and ");
    const query = `select 1 from only ${qualifiedName(name.schema, name.table)} where ${where}`;
    const { Plan: plan } = await explain(tx, "format json", query);
    cost += plan["Total Cost"];
    if (index !== null && reads(plan, index)) valuesByIndex += 1;
    timeMs += await medianTimeMs(tx, query);
  }
  const round = (figure: number): number => Math.round(figure * 1_000) / 1_000;
  return { cost: round(cost), timeMs: round(timeMs), valuesByIndex, values: values.length };
}

async function medianTimeMs(tx: OwnerTx, query: string): Promise<number> {
  const times: number[] = [];
  const until = Date.now() + valueBudgetMs;
  do {
    times.push((await explain(tx, "analyze, timing off, format json", query))["Execution Time"] ?? 0);
  } while (times.length < runsPerValue && Date.now() < until);
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}

async function explain({ sql }: OwnerTx, options: string, query: string): Promise<Explained> {
  const [row] = await sql.unsafe<{ "QUERY PLAN": [Explained] }[]>(`explain (${options}) ${query}`);
  if (row === undefined) throw new Error("Postgres explained nothing");
  return row["QUERY PLAN"][0];
}

const reads = (plan: Plan, index: string): boolean =>
  plan["Index Name"] === index || (plan.Plans ?? []).some((inner) => reads(inner, index));
