import "./node-version.mjs";
import { join } from "node:path";
import { run } from "./children.mjs";
import { ensureInstalled } from "./install.mjs";
import { isCommand, runCommandLine, stopSignal } from "./lifecycle.mjs";
import { root } from "./paths.mjs";

/** Writes the generated documents, or with `--check` prints which of them are stale and answers 1. */
export async function generateDocs(...args) {
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  return await run(process.execPath, [tsx, "--conditions=development", "scripts/write-docs.ts", ...args], {
    signal: stopSignal,
  });
}

if (isCommand(import.meta.url)) {
  runCommandLine(async () => {
    await ensureInstalled(stopSignal);
    return await generateDocs(...process.argv.slice(2));
  });
}
