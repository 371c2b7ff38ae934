import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isAlive } from "./exclusive.mjs";
import { dataDir } from "./paths.mjs";

const secretsFile = join(dataDir, "secrets.json");
const demoFile = join(dataDir, "demo.json");

/** Creates the data directory. As root it has to be passable for the user that PostgreSQL runs as; its secrets are 0600. */
export function prepareDataDir() {
  if (existsSync(dataDir)) return;
  try {
    mkdirSync(dataDir, { recursive: true });
    if (process.getuid?.() === 0) chmodSync(dataDir, 0o711);
  } catch (error) {
    throw new Error(`cannot create ${dataDir}: ${error.message}\nSet DATA_DIR to a folder that you may write to.`);
  }
}

/** The secret that signs access tokens: JWT_SECRET, else one generated the first time and kept. */
export const jwtSecret = () => process.env.JWT_SECRET || keptSecret("jwtSecret");

/** What kept secrets are encrypted with: SECRETS_KEY, else one generated the first time and kept. */
export const secretsKey = () => process.env.SECRETS_KEY || keptSecret("secretsKey");

function keptSecret(name) {
  const kept = existsSync(secretsFile) ? JSON.parse(readFileSync(secretsFile, "utf8")) : {};
  if (kept[name] !== undefined) return kept[name];
  const secret = randomBytes(48).toString("base64url");
  writePrivately(secretsFile, { ...kept, [name]: secret });
  return secret;
}

/** Writes demo.json: what scripts need to talk to the running platform. */
export function writeDemoFile(demo) {
  writePrivately(demoFile, demo);
}

/** What the running `npm start` wrote; null when none is running. */
export function readDemoFile() {
  if (!existsSync(demoFile)) return null;
  const demo = JSON.parse(readFileSync(demoFile, "utf8"));
  return isAlive(demo.pids.api) ? demo : null;
}

/** A start that is not ready yet must not be taken for the one before. */
export function removeDemoFile() {
  rmSync(demoFile, { force: true });
}

function writePrivately(file, value) {
  const next = `${file}.new`;
  writeFileSync(next, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(next, file);
}
