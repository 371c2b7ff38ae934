import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { drill } from "./drill.ts";
import { describePlan, fullSize, makePlan, smokeSize } from "./plan.ts";
import { report } from "./report.ts";
import { drillSchedules } from "./schedules/drill-schedules.ts";
import { fullSize as fullSchedules, planKills, smokeSize as smallSchedules } from "./schedules/plan-kills.ts";
import { reportSchedules } from "./schedules/report-schedules.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string" },
    smoke: { type: "boolean", default: false },
  },
});
const [which = "runs"] = positionals;
if (positionals.length > 1 || !["runs", "schedules"].includes(which))
  refuse("There are the drills runs and schedules.");
const databaseUrl = process.env.DATABASE_URL;
const seed = wholeNumber("--seed", values.seed, 0);
const size = values.smoke ? smokeSize : fullSize;
const plan = makePlan(seed, {
  ...size,
  runs: values.runs === undefined ? size.runs : wholeNumber("--runs", values.runs, 20),
});
if (databaseUrl === undefined || databaseUrl === "") refuse("DATABASE_URL is not set: use `npm run drill`.");

console.log(`Drill of ${which} with seed ${seed}:`);
if (which === "runs") for (const line of describePlan(plan)) console.log(`  ${line}`);

const folder = mkdtempSync(join(tmpdir(), "deskpulse-drill-"));
const logs = join(folder, "logs");
mkdirSync(logs);
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
}
let sound = false;
try {
  const place = {
    databaseUrl,
    folder,
    logs,
    signal: stop.signal,
    settleWithinMs: values.smoke ? 45_000 : 90_000,
    redisPrefix: `drill-${randomBytes(4).toString("hex")}`,
  };
  if (which === "schedules") {
    const killing = planKills(seed, values.smoke ? smallSchedules : fullSchedules);
    sound = reportSchedules(await drillSchedules({ ...place, plan: killing }));
  } else sound = report(await drill({ ...place, plan }));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
}
if (sound) rmSync(folder, { recursive: true, force: true });
else console.error(`The processes' logs stand in ${logs}`);
process.exit(sound ? 0 : 1);

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least) refuse(`${name} takes a whole number from ${least} on.`);
  return value;
}

function refuse(words: string): never {
  console.error(words);
  process.exit(1);
}
