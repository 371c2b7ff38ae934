import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { metricsMarkdown } from "../packages/contract/src/analytics/describe-metrics.ts";
import { routeLinesSource } from "../packages/contract/src/http/route-line.ts";
import { jobsMarkdown } from "../packages/contract/src/jobs/describe-jobs.ts";
import { routesMarkdown } from "../packages/contract/src/openapi/describe-routes.ts";
import { realtimeMarkdown } from "../packages/contract/src/realtime/describe-events.ts";

/** What the contract says, file by file. */
const documents: Readonly<Record<string, () => string>> = {
  "docs/jobs.md": jobsMarkdown,
  "docs/metrics.md": metricsMarkdown,
  "docs/realtime.md": realtimeMarkdown,
  "docs/routes.md": routesMarkdown,
  "packages/client/src/routes.generated.ts": routeLinesSource,
};

const root = join(import.meta.dirname, "..");
const onlyCheck = process.argv.includes("--check");
for (const [name, write] of Object.entries(documents)) {
  const file = join(root, name);
  const text = write();
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (onlyCheck) {
    console.error(`${name} is not what the contract says`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote ${name}`);
  }
}
