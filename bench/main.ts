import { rmSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { migrateDatabase } from "@deskpulse/db/migrate";
import { benchAnalytics } from "./analytics/bench-analytics.ts";
import { benchBatch } from "./batch/bench-batch.ts";
import { removeBundles } from "./bundle.ts";
import { logFolder, profileInto } from "./child.ts";
import { benchColdStart } from "./cold-start/bench-cold-start.ts";
import { benchEnqueue } from "./enqueue/bench-enqueue.ts";
import { createGround, type Ground } from "./ground.ts";
import { benchPush } from "./push/bench-push.ts";
import { isReached, type Result, resultTable } from "./result.ts";
import { connectServers } from "./servers.ts";
import { modes } from "./settings.ts";
import { resetStatements, topStatements } from "./statements.ts";
import { benchWorker } from "./worker/bench-worker.ts";

const benches: Readonly<Record<string, (ground: Ground) => Promise<readonly Result[]>>> = {
  enqueue: benchEnqueue,
  batch: benchBatch,
  worker: benchWorker,
  push: benchPush,
  "cold-start": benchColdStart,
  analytics: benchAnalytics,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: "boolean" },
    smoke: { type: "boolean" },
    profile: { type: "string" },
    // of the analytics bench: 1000000 is the full scale that its goals are meant for
    conversations: { type: "string" },
  },
});
const unknown = positionals.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(", ")}. There are: ${Object.keys(benches).join(", ")}`);
  process.exit(2);
}
const mode = values.smoke === true ? "smoke" : values.quick === true ? "quick" : "full";
const names = positionals.length > 0 ? positionals : Object.keys(benches);
const databaseUrl = process.env.DATABASE_URL ?? "";
const redisUrl = process.env.REDIS_URL ?? "";

if (values.profile !== undefined) profileInto(values.profile);

await migrateDatabase(databaseUrl);
const servers = await connectServers(databaseUrl, redisUrl);
console.log(`${cpus().length} x ${cpus()[0]?.model}, Node ${process.version}\n${servers.settings}`);
const analyticsConversations = Number(values.conversations ?? modes[mode].analyticsConversations);
if (!Number.isInteger(analyticsConversations) || analyticsConversations < 1) {
  console.error("--conversations is a whole number above 0");
  process.exit(2);
}
const ground = await createGround(servers, { ...modes[mode], analyticsConversations });
const results: Result[] = [];
for (const name of names) {
  console.log(`\n${name} (after ${Math.round(performance.now() / 1000)} s)`);
  if (values.profile !== undefined) await resetStatements(servers.sql);
  results.push(...((await benches[name]?.(ground)) ?? []));
  if (values.profile !== undefined) console.log((await topStatements(servers.sql, 12)).join("\n"));
}
await servers.close();
removeBundles();
rmSync(logFolder(), { recursive: true, force: true });

console.log(`\n${resultTable(results)}\n`);
const missed = results.filter((result) => !isReached(result)).length;
const goals = results.filter(({ goal }) => goal !== undefined).length;
console.log(`${goals - missed} of ${goals} goals reached (${mode}); ratios are medians of rounds in turns.`);
process.exit(0);
