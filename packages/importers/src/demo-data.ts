import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Database } from "@deskpulse/db/connect";
import { findCompletedImport, recordCompletedImport } from "@deskpulse/db/ingest/completed-import";
import { tenantByName } from "@deskpulse/db/ingest/tenant-by-name";
import { asEngine, asTenant } from "@deskpulse/db/transaction";
import { z } from "zod";
import { type ImportOutcome, importFile } from "./import-file.ts";
import { createProgress } from "./progress.ts";
import { incidentTenant, servicenowIncidents } from "./servicenow-incidents-source.ts";
import type { Source } from "./source.ts";
import { twitterCare } from "./twitter-care-source.ts";

const data = (path: string): string => fileURLToPath(new URL(`../../../data/${path}`, import.meta.url));
const files: readonly { source: Source; path: string }[] = [
  { source: servicenowIncidents, path: data("servicenow-incidents/incident_events.csv.gz") },
  { source: twitterCare, path: data("twitter-care/conversations.jsonl.gz") },
];

const Tenants = z.array(z.strictObject({ id: z.string(), name: z.string() })).min(1);
export type DemoTenants = z.infer<typeof Tenants>;

/**
 * Loads the data sets of this repository unless the very same ones are in the database. Returns their tenants, the
 * incident log's first. An interrupted load is taken up again. Throws ImportError when a file is not usable.
 */
export async function loadDemoData(database: Database): Promise<DemoTenants> {
  const key = await keyOfFiles();
  const present = await asEngine(database, (tx) => tenantByName(tx, incidentTenant));
  if (present !== null) {
    const note = await asTenant(database, present, (tx) => findCompletedImport(tx, present, key));
    if (note !== null) return Tenants.parse(JSON.parse(note));
  }
  const outcomes: ImportOutcome[] = [];
  for (const { source, path } of files) {
    const progress = createProgress(source.name, process.stderr);
    outcomes.push(await importFile({ database, source, path, onProgress: progress.update }).finally(progress.stop));
  }
  const tenants = Tenants.parse(outcomes.flatMap((outcome) => outcome.tenants));
  const desk = tenants[0]?.id ?? "";
  await asTenant(database, desk, (tx) => recordCompletedImport(tx, desk, key, JSON.stringify(tenants)));
  return tenants;
}

async function keyOfFiles(): Promise<string> {
  const hash = createHash("sha256");
  for (const { path } of files) hash.update(await readFile(path));
  return `demo/${hash.digest("hex")}`;
}
