import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { debianSources } from "../src/debian-sources.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "deskpulse-apt-"));
  mkdirSync(join(folder, "sources.list.d"));
  writeFileSync(join(folder, "os-release"), 'ID=debian\nVERSION_CODENAME="bookworm"\n');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read() {
  return debianSources(folder, join(folder, "os-release"));
}

test("keeps the distribution's lines with their options and leaves out other vendors'", () => {
  const ours = "deb [signed-by=/usr/share/keyrings/debian.gpg] http://mirror.example/debian bookworm-updates main";
  writeFileSync(join(folder, "sources.list"), `# deb http://old.example bookworm main\n${ours}\n`);
  writeFileSync(join(folder, "sources.list.d", "other.list"), "deb https://vendor.example/apt vendor-bookworm main\n");
  expect(read()).toEqual({ oneLine: `${ours}\n`, stanzas: "" });
});

test("keeps the distribution's stanzas", () => {
  const stanza = "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\nComponents: main";
  const vendor = "Types: deb\nURIs: https://vendor.example\nSuites: nodistro\nComponents: main";
  writeFileSync(join(folder, "sources.list.d", "debian.sources"), `# a comment\n${stanza}\n\n${vendor}\n`);
  expect(read()?.stanzas.trim()).toBe(stanza);
});

test("says nothing when it recognises nothing, so that apt uses what is configured", () => {
  writeFileSync(join(folder, "sources.list"), "deb http://mirror.example/debian stable main\n");
  expect(read()).toBeNull();
});
