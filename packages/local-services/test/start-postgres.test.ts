import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { processIdentity } from "../src/process-identity.ts";
import { startPostgres } from "../src/start-postgres.ts";
import { stopProcess } from "../src/stop-process.ts";

/** One for all tests: creating the files takes the most time, and finding them again is what is promised. */
let dataDir: string;
const settings = { fsync: "off", shared_buffers: "16MB" };
const log = () => {};
const outside: string[] = [];

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), "deskpulse-pg with space-"));
  // As root PostgreSQL runs as another user, who has to pass.
  chmodSync(dataDir, 0o711);
});

afterAll(() => {
  for (const folder of [dataDir, ...outside.splice(0)]) rmSync(folder, { recursive: true, force: true });
});

async function start(options: { signal?: AbortSignal; log?: (line: string) => void } = {}) {
  const server = await startPostgres({ dataDir, settings, log, ...options });
  outside.push(dirname(server.cluster));
  return server;
}

describe("startPostgres", () => {
  test("leaves nothing behind when it is interrupted while it creates its files", async () => {
    const interruption = new AbortController();
    const starting = start({ signal: interruption.signal });
    setTimeout(() => interruption.abort(), 150);
    await expect(starting).rejects.toThrow(/abort/i);
    expect(existsSync(join(dataDir, "postgres", "staging"))).toBe(false);
  });

  test("listens on loopback, and its stop leaves no process and no lock file", async () => {
    const server = await start();
    expect(server.url).toMatch(/^postgres:\/\/deskpulse:[0-9a-f]+@127\.0\.0\.1:\d+\/deskpulse$/);
    expect(await listens(server.port)).toBe(true);
    await server.stop();
    await server.stop();
    expect(processIdentity(server.pid)).toBeNull();
    expect(await listens(server.port)).toBe(false);
    expect(existsSync(join(server.cluster, "postmaster.pid"))).toBe(false);
  });

  test("finds its data again after a crash whose lock file names a stranger's pid", async () => {
    const first = await start();
    const lock = join(first.cluster, "postmaster.pid");
    await stopProcess(first.pid, { signals: ["SIGKILL"], stepMs: 5_000 });
    writeFileSync(lock, `${process.pid}\n${first.cluster}\n`);
    const second = await start();
    expect(second.cluster).toBe(first.cluster);
    await second.stop();
    expect(processIdentity(process.pid)).not.toBeNull();
  });

  test("stops the server that a killed starter left running", async () => {
    const left = await start();
    const next = await start();
    expect(processIdentity(left.pid)).toBeNull();
    expect(await listens(next.port)).toBe(true);
    await next.stop();
  });

  test("puts its files elsewhere when they stand below a folder that its user cannot enter, and says where", async () => {
    chmodSync(dataDir, 0o700);
    const said: string[] = [];
    const server = await start({ log: (line) => said.push(line) });
    await server.stop();
    const isRoot = process.getuid?.() === 0;
    expect(server.cluster.startsWith(dataDir)).toBe(!isRoot);
    expect(said.some((line) => line.includes(dirname(server.cluster)))).toBe(isRoot);
  });
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
