import "./node-version.mjs";
import { build } from "./build.mjs";
import { run } from "./children.mjs";
import { readDemoFile } from "./data-dir.mjs";
import { ensureInstalled } from "./install.mjs";
import { runCommandLine, stopSignal } from "./lifecycle.mjs";

runCommandLine(async () => {
  const databaseUrl = process.env.DATABASE_URL || readDemoFile()?.databaseUrl;
  if (!databaseUrl) {
    throw new Error("There is no database to generate into. Run `npm start` in another terminal, or set DATABASE_URL.");
  }
  await ensureInstalled(stopSignal);
  await build(["importers"]);
  return await run(process.execPath, ["packages/importers/dist/generate-main.js", ...process.argv.slice(2)], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    signal: stopSignal,
  });
});
