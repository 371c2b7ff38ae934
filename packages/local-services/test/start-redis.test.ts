import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { processIdentity } from "../src/process-identity.ts";
import { projectFolder } from "../src/project-folder.ts";
import { redisAnswers } from "../src/redis-ping.ts";
import { startRedis } from "../src/start-redis.ts";
import { stopProcess } from "../src/stop-process.ts";

let dataDir: string;
// Where `npm test` has put the program that its own Redis runs.
const programDir = join(projectFolder, ".cache", "redis-server");

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "deskpulse-redis with space-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function start() {
  return startRedis({ dataDir, persistence: true, programDir, log: () => {} });
}

describe("startRedis", () => {
  test("answers only with its password, and its stop leaves no process", async () => {
    const server = await start();
    const { password } = new URL(server.url);
    expect(await redisAnswers(server.port, password)).toBe(true);
    expect(await redisAnswers(server.port, "wrong")).toBe(false);
    expect(statSync(join(dataDir, "redis", "redis.conf")).mode & 0o777).toBe(0o600);
    await server.stop();
    await server.stop();
    expect(processIdentity(server.pid)).toBeNull();
    expect(await server.exited).toBe("exit code 0");
  });

  test("keeps an append-only file below the data directory", async () => {
    const server = await start();
    expect(existsSync(join(dataDir, "redis", "appendonlydir"))).toBe(true);
    await server.stop();
  });

  test("stops the server that a killed starter left running, and starts after a kill", async () => {
    const left = await start();
    const next = await start();
    expect(processIdentity(left.pid)).toBeNull();
    await stopProcess(next.pid, { signals: ["SIGKILL"], stepMs: 5_000 });
    const last = await start();
    await last.stop();
  });
});
