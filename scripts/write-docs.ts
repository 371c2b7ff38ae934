import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jobsMarkdown } from "../packages/contract/src/jobs/describe-jobs.ts";
import { routesMarkdown } from "../packages/contract/src/openapi/describe-routes.ts";
import { realtimeMarkdown } from "../packages/contract/src/realtime/describe-events.ts";

/** What the contract says, file by file. */
const documents: Readonly<Record<string, () => string>> = {
  "jobs.md": jobsMarkdown,
  "realtime.md": realtimeMarkdown,
  "routes.md": routesMarkdown,
};

const docs = join(import.meta.dirname, "../docs");
const onlyCheck = process.argv.includes("--check");
for (const [name, write] of Object.entries(documents)) {
  const file = join(docs, name);
  const text = write();
  if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
  if (onlyCheck) {
    console.error(`docs/${name} is not what the contract says`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, text);
    console.log(`wrote docs/${name}`);
  }
}
