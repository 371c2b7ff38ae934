import "./node-version.mjs";
import { checkBoundaries } from "./check-boundaries.mjs";
import { checkDocPaths } from "./check-doc-paths.mjs";
import { run } from "./children.mjs";
import { generateDocs } from "./generate-docs.mjs";
import { ensureInstalled } from "./install.mjs";
import { runCommandLine, stopSignal } from "./lifecycle.mjs";
import { say } from "./progress.mjs";

const bin =
  (name, ...args) =>
  () =>
    run(`node_modules/.bin/${name}`, args, { signal: stopSignal });

/** Each answers 0 when all is well, and prints what is not. */
const checks = [
  {
    title: "format and lint",
    check: bin("biome", "check", "--error-on-warnings"),
    repair: "node_modules/.bin/biome check --write",
  },
  { title: "types", check: bin("tsc", "-b"), repair: "node_modules/.bin/tsc -b shows them again" },
  { title: "boundaries", check: checkBoundaries, repair: "who may import whom: .dependency-cruiser.cjs" },
  {
    title: "unused code",
    check: bin("knip", "--no-progress", "--no-config-hints"),
    repair: "node_modules/.bin/knip shows it again; remove what nothing uses",
  },
  { title: "generated documents", check: () => generateDocs("--check"), repair: "npm run generate:docs" },
  { title: "paths in documents", check: checkDocPaths, repair: "correct the path, or the document" },
];

runCommandLine(async () => {
  await ensureInstalled(stopSignal);
  const failed = [];
  for (const { title, check, repair } of checks) {
    say(title);
    if ((await check()) !== 0) failed.push(`  ${title}: ${repair}`);
  }
  if (failed.length === 0) say("all checks passed");
  else console.error(`\nFailed:\n${failed.join("\n")}`);
  return failed.length === 0 ? 0 : 1;
});
