import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { redisProgram } from "../src/redis-program.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskpulse-program-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function program(path: string, version: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho "Redis server v=${version} sha=0"\n`);
  chmodSync(file, 0o755);
  return file;
}

test("takes the server on PATH", async () => {
  const file = program("path/redis-server", "7.2.4");
  const found = await redisProgram(join(folder, "none"), { log: () => {}, searchPath: join(folder, "path") });
  expect(found.file).toBe(file);
});

test("passes over one that is too old, and takes what was fetched before", async () => {
  program("path/redis-server", "6.0.16");
  const fetched = program("fetched/usr/bin/redis-server", "7.0.15");
  const found = await redisProgram(join(folder, "fetched"), { log: () => {}, searchPath: join(folder, "path") });
  expect(found.file).toBe(fetched);
});
