import "./node-version.mjs";
import { build } from "./build.mjs";
import { readDemoFile } from "./data-dir.mjs";
import { ensureInstalled } from "./install.mjs";
import { runCommandLine, stopSignal } from "./lifecycle.mjs";

runCommandLine(async () => {
  const databaseUrl = process.env.DATABASE_URL || readDemoFile()?.databaseUrl;
  if (!databaseUrl) {
    throw new Error("There is no database. Run `npm start` in another terminal, or set DATABASE_URL.");
  }
  process.env.DATABASE_URL = databaseUrl;
  await ensureInstalled(stopSignal);
  await build(["apps"]);
  // in this process: the password comes by its standard input
  await import("../apps/api/dist/create-operator-main.js");
  return process.exitCode ?? 0;
});
