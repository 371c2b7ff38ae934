import "./node-version.mjs";
import { join } from "node:path";
import { runCommandLine } from "./lifecycle.mjs";
import { root } from "./paths.mjs";
import { announce, startPlatform } from "./platform.mjs";

runCommandLine(async () => {
  const tsx = join(root, "node_modules/tsx/dist/cli.mjs");
  const watched = (app) => [
    process.execPath,
    tsx,
    "watch",
    "--conditions=development",
    "--clear-screen=false",
    `apps/${app}/src/main.ts`,
  ];
  const { demo } = await startPlatform({
    commands: { api: watched("api"), worker: watched("worker"), realtime: watched("realtime") },
    echo: true,
  });
  announce(demo);
  return "stay";
});
