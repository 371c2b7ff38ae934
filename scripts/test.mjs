import "./node-version.mjs";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { build } from "./build.mjs";
import { mustRun, signalGroup, spawnChild } from "./children.mjs";
import { ensureInstalled } from "./install.mjs";
import { onStop, runCommandLine, stopSignal } from "./lifecycle.mjs";
import { root } from "./paths.mjs";
import { step } from "./progress.mjs";
import { startPassingServers } from "./with-servers.mjs";

/** Speed instead of safety: nothing in these databases has to outlive a crash. */
const settings = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "300" };

/** A test that leaves a socket or pool open keeps jest from ending; after this long it counts as a failure. */
const lingerMs = 8_000;

runCommandLine(async () => {
  await ensureInstalled(stopSignal);
  await build(["local-services", "migrate"]);
  const { databaseUrl, redisUrl, folder } = await startPassingServers({
    database: "deskpulse_template",
    settings,
    persistence: false,
  });
  await step("migrate the template database", () =>
    mustRun(process.execPath, ["packages/db/dist/migrate-main.js"], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
      signal: stopSignal,
    }),
  );
  const resultsFile = join(folder, "jest.json");
  const { code, lingered } = await step("jest", () =>
    runJest(folder, resultsFile, { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl }),
  );
  if (lingered) console.error("A test left something open (a socket, a pool, a timer), so that jest did not end.");
  const { passed, failed } = count(resultsFile, lingered);
  // The last line, after everything is stopped and whatever that prints.
  process.on("exit", () => process.stdout.write(`${passed} passed, ${failed} failed\n`));
  return code === 0 && failed === 0 ? 0 : 1;
});

async function runJest(folder, resultsFile, servers) {
  const { JWT_SECRET, SECRETS_KEY, DATABASE_URL, REDIS_URL, ...inherited } = process.env;
  mkdirSync(join(folder, "tmp"), { mode: 0o711 });
  const jest = join(root, "node_modules/jest/bin/jest.js");
  const args = ["--json", `--outputFile=${resultsFile}`, ...process.argv.slice(2)];
  const child = spawnChild(
    process.execPath,
    ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, ...args],
    {
      env: {
        ...inherited,
        ...servers,
        // What an interrupted test leaves behind stands where it is found and removed.
        TMPDIR: join(folder, "tmp"),
        NODE_OPTIONS: `${inherited.NODE_OPTIONS ?? ""} --experimental-vm-modules`.trim(),
      },
      // With --json the report goes to standard output as well; people read the other one.
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  onStop("jest", () => {
    signalGroup(child, "SIGKILL");
    killProcessesNaming(folder);
  });
  stopSignal.addEventListener("abort", () => signalGroup(child, "SIGKILL"));
  const exited = new Promise((resolve) => {
    child.once("error", () => resolve(1));
    child.once("close", (status) => resolve(status ?? 1));
  });
  const lingering = (async () => {
    while (!existsSync(resultsFile)) await sleep(200, undefined, { signal: stopSignal });
    await sleep(lingerMs, "lingered", { signal: stopSignal });
    return "lingered";
  })().catch(() => "lingered");
  const outcome = await Promise.race([exited, lingering]);
  stopSignal.throwIfAborted();
  signalGroup(child, "SIGKILL");
  return { code: outcome === "lingered" ? 1 : outcome, lingered: outcome === "lingered" };
}

/** Ends servers that tests started and, interrupted, could not stop: each has its folder among its arguments. */
function killProcessesNaming(folder) {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (command.includes(join(folder, "tmp"))) process.kill(Number(pid), "SIGKILL");
    } catch {
      // It ended in between, or is not ours.
    }
  }
}

/** A suite that could not run holds tests that did not pass: it counts as one. */
function count(resultsFile, lingered) {
  if (!existsSync(resultsFile)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(resultsFile, "utf8"));
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites + (lingered ? 1 : 0);
  return { passed: results.numPassedTests, failed: failed === 0 && results.success === false ? 1 : failed };
}
