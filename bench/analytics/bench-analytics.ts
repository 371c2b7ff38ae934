import { RangeQueries } from "@deskpulse/db/analytics/range-queries";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { refreshRollups } from "@deskpulse/db/rollups/refresh-rollups";
import { asTenant } from "@deskpulse/db/transaction";
import { planReport } from "@deskpulse/domain/analytics/report-plan";
import { prepareReport, reportRequest } from "@deskpulse/domain/analytics/report-request";
import { ChunkWriter } from "@deskpulse/importers/generate/chunk-writer";
import { generate } from "@deskpulse/importers/generate/generate";
import { planTenants, type TenantPlan } from "@deskpulse/importers/generate/tenant-plan";
import type { Ground } from "../ground.ts";
import { type Result, resultOf } from "../result.ts";
import { alternate, type Figures, short } from "../rounds.ts";
import { measureFreshness } from "./measure-freshness.ts";
import { type PlainQuery, plainQueries } from "./plain-queries.ts";

const until = Date.UTC(2026, 0, 1);
const tenants = 50;
const statementTimeoutMs = 300_000;
/** What each range's seven queries are to reach together, at full scale. */
const goals = [
  { days: 90, ratio: 49 },
  { days: 365, ratio: 70 },
] as const;

/**
 * The seven queries of a support desk's dashboard, for the tenant that holds half of all, in its zone and without a
 * filter: the reports' own queries and code, and plain SQL over the same indexed tables.
 */
export async function benchAnalytics({ servers, settings }: Ground): Promise<readonly Result[]> {
  const database = connectDatabase({ url: servers.databaseUrl, connectionsMax: 4, applicationName: "bench" });
  try {
    const [tenant] = await fill(database, settings.analyticsConversations);
    if (tenant === undefined) throw new Error("no tenant was generated");
    await rollUp(database);
    await printSizes(database);
    const results: Result[] = [];
    for (const { days, ratio } of goals)
      results.push(...(await compare(database, tenant, days, ratio, settings.rounds)));
    results.push(await measureFreshness(database, tenant, until, settings.rounds));
    return results;
  } finally {
    await database.close();
  }
}

async function fill(database: Database, conversations: number): Promise<readonly TenantPlan[]> {
  const request = { conversations, days: 365, tenants: Math.min(tenants, conversations), seed: 1, until };
  const plans = planTenants(request);
  const chunks = new ChunkWriter(database, plans);
  const write = chunks.write.bind(chunks);
  const startedAt = performance.now();
  const { messages } = await generate(database, request, [write, write]);
  await database.sql`analyze`;
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(`  ${conversations} conversations with ${messages} messages generated in ${short(seconds)} s`);
  return plans;
}

async function rollUp(database: Database): Promise<void> {
  const rows = await database.sql<{ id: string }[]>`select distinct tenant_id as id from rollup_marks`;
  const startedAt = performance.now();
  for (const { id } of rows) {
    while (await asTenant(database, id, (tx) => refreshRollups(tx, 20_000), { statementTimeoutMs }));
  }
  console.log(`  all rolled up in ${short((performance.now() - startedAt) / 1_000)} s`);
}

const facts = ["conversations", "messages", "measurements", "conversation_spans", "surveys", "events"];
const rollups = ["rollup_day_counts", "rollup_days", "rollup_agent_days", "rollup_quarters"];

async function printSizes({ sql }: Database): Promise<void> {
  for (const table of [...rollups, "rollup_marks"]) await sql`vacuum (full, analyze) ${sql(table)}`;
  const bytesOf = async (tables: readonly string[]): Promise<number> => {
    const [row] = await sql<{ bytes: number }[]>`
      select sum(pg_total_relation_size(name::regclass))::float8 as bytes from unnest(${`{${tables.join(",")}}`}::text[]) name`;
    return row?.bytes ?? 0;
  };
  const [raw, rolled] = [await bytesOf(facts), await bytesOf(rollups)];
  const megabytes = (bytes: number): string => `${short(bytes / 1e6)} MB`;
  console.log(`  facts ${megabytes(raw)}, rollups ${megabytes(rolled)}: ${short((rolled / raw) * 100)} %`);
}

async function compare(
  database: Database,
  tenant: TenantPlan,
  days: number,
  goal: number,
  rounds: number,
): Promise<Result[]> {
  const zone = tenant.timezone;
  const [from, to] = [new Date(until - days * 86_400_000).toISOString().slice(0, 10), "2026-01-01"];
  const input = prepareReport(reportRequest.parse({ from, to }), { timezone: zone, nowMs: until });
  const range = planReport(input).current;
  const plain = { tenantId: tenant.id, zone, from: new Date(range.fromMs), to: new Date(range.toMs) };

  async function ours(query: PlainQuery): Promise<number> {
    return await asTenant(database, tenant.id, async (tx) => await query.ours(new RangeQueries(tx, range, input)), {
      isolation: "repeatable read",
      statementTimeoutMs,
    });
  }
  for (const query of plainQueries) {
    const [found, wanted] = [await ours(query), await query.plain(database.sql, plain)];
    if (Math.abs(found - wanted) > 1e-9 * Math.abs(wanted)) throw new Error(`${query.name}: ${found}, not ${wanted}`);
  }
  const timed = (run: (query: PlainQuery) => Promise<unknown>) => async (): Promise<Figures> => {
    const figures: Record<string, number> = {};
    let allMs = 0;
    for (const query of plainQueries) {
      const startedAt = performance.now();
      await run(query);
      const ms = performance.now() - startedAt;
      allMs += ms;
      figures[query.name] = 1_000 / ms;
    }
    return { ...figures, all: 1_000 / allMs };
  };
  console.log(`  over ${days} days, each so often a second:`);
  const measured = await alternate(rounds, {
    ours: timed(ours),
    peer: timed((query) => query.plain(database.sql, plain)),
  });
  const line = (name: string, more: object = {}) =>
    resultOf(measured, name, { bench: "analytics", what: `${name}, ${days} days, /s`, ...more });
  return [
    ...plainQueries.map(({ name }) => line(name)),
    line("all", { what: `all seven, ${days} days, /s`, goal: { is: "at least", ratio: goal } }),
  ];
}
