import "./node-version.mjs";
import { appFlags } from "./app-flags.mjs";
import { mustRun } from "./children.mjs";
import { runCommandLine, stopSignal } from "./lifecycle.mjs";
import { announce, startPlatform } from "./platform.mjs";
import { step } from "./progress.mjs";

runCommandLine(async () => {
  const built = (app) => [process.execPath, ...appFlags, `apps/${app}/dist/main.js`];
  const { demo, env } = await startPlatform({
    commands: { api: built("api"), worker: built("worker"), realtime: built("realtime") },
  });
  await step("first report: through the queue, and back over Socket.IO", () =>
    mustRun(process.execPath, [".cache/scripts/first-report.js"], {
      env: { ...env, API_URL: demo.apiUrl, REALTIME_URL: demo.realtimeUrl, TOKEN: demo.tokens.supervisor },
      signal: stopSignal,
    }),
  );
  announce(demo);
  return "stay";
});
