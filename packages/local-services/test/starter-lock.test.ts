import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { processIdentity } from "../src/process-identity.ts";
import { recordedProcess, stopRecordedProcess, writeProcessRecord } from "../src/process-record.ts";
import { takeStarterLock } from "../src/starter-lock.ts";

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "deskpulse-lock-"));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

test("a data directory has one starter at a time, and the second is told which", () => {
  const giveBack = takeStarterLock(dataDir);
  expect(() => takeStarterLock(dataDir)).toThrow(`in use by another start (pid ${process.pid})`);
  giveBack();
  takeStarterLock(dataDir)();
});

test("the lock of a crashed starter is taken over, also when its pid belongs to somebody else by now", () => {
  takeStarterLock(dataDir);
  writeFileSync(join(dataDir, "run", "starter.json"), JSON.stringify({ pid: process.pid, identity: "another life" }));
  expect(() => takeStarterLock(dataDir)).not.toThrow();
});

test("a recorded process is stopped; a stranger who got its pid is not", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const pid = child.pid ?? 0;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const record = join(dataDir, "run", "child.json");

  writeFileSync(join(dataDir, "run.json"), JSON.stringify({ pid, identity: "another life" }));
  await stopRecordedProcess(join(dataDir, "run.json"), { name: "a stranger", log: () => {} });
  expect(processIdentity(pid)).not.toBeNull();

  writeProcessRecord(record, pid);
  expect(recordedProcess(record)).toBe(pid);
  await stopRecordedProcess(record, { name: "the child", log: () => {} });
  await gone;
  expect(recordedProcess(record)).toBeNull();
});
