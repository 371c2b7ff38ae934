import { availableParallelism } from "node:os";
import { extname } from "node:path";
import { connectDatabase } from "@deskpulse/db/connect";
import { ConfigError, processVariables, readConfig } from "@deskpulse/process/config";
import { type GenerateOutcome, generate } from "./generate/generate.ts";
import {
  GenerateCallError,
  type GenerateRequest,
  generateUsage,
  readGenerateCall,
} from "./generate/generate-request.ts";
import { startWriterProcesses } from "./generate/writer-processes.ts";
import { createProgress } from "./progress.ts";

/** A writer waits half of its time, for Postgres' disk: two a core keep the cores busy. */
const writersPerCore = 2;
const writersMax = 8;
// beside this file, also when both are bundled
const workerProgram = new URL(`./generate-worker-main${extname(import.meta.url)}`, import.meta.url);

async function main(): Promise<void> {
  const request = readGenerateCall(process.argv.slice(2), Date.now());
  if (request === "help") {
    console.log(generateUsage);
    return;
  }
  const config = readConfig({ DATABASE_URL: processVariables.DATABASE_URL }, process.env);
  console.error(`To repeat or to continue: npm run generate -- ${callOf(request)}`);
  const began = Date.now();
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: 2,
    applicationName: "deskpulse-generate",
  });
  const processes = startWriterProcesses(
    workerProgram,
    request,
    Math.min(availableParallelism() * writersPerCore, writersMax),
  );
  const progress = createProgress("Generating", process.stderr);
  const perSecond = (rows: number) => Math.round((rows * 1_000) / Math.max(1, Date.now() - began));
  try {
    const outcome = await generate(database, request, processes.writers, (chunks, total, rows) =>
      progress.update(chunks, total, `${rows} rows, ${perSecond(rows)}/s`),
    );
    progress.stop();
    report(outcome, (Date.now() - began) / 1_000);
  } finally {
    progress.stop();
    processes.stop();
    await database.close();
  }
}

function callOf({ conversations, days, tenants, seed, until }: GenerateRequest): string {
  const counts = `--conversations ${conversations} --days ${days} --tenants ${tenants} --seed ${seed}`;
  return `${counts} --until ${new Date(until).toISOString()}`;
}

function report(outcome: GenerateOutcome, seconds: number): void {
  const { conversations, messages, events, measurements, conversationLabels, chunksKnown, tenants } = outcome;
  const known = chunksKnown === 0 ? "" : ` (${chunksKnown} parts were there already)`;
  console.log(
    `${conversations} conversations, ${messages} messages, ${events} events, ${measurements} measurements, ` +
      `${conversationLabels} labels of conversations in ${seconds.toFixed(1)} s${known}`,
  );
  console.log(`tenants: ${tenants.map(({ name, timezone }) => `${name} (${timezone})`).join(", ")}`);
}

try {
  await main();
} catch (error) {
  const isCall = error instanceof GenerateCallError || error instanceof ConfigError;
  console.error(isCall ? error.message : `Generating failed: ${error instanceof Error ? error.message : error}`);
  if (!isCall) console.error("What was generated before stays; the same call continues and doubles nothing.");
  process.exitCode = 1;
}
