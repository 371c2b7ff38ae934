import { parseArgs } from "node:util";
import { connectDatabase, type Database } from "@deskpulse/db/connect";
import { ConfigError, processVariables, readConfig } from "@deskpulse/process/config";
import { importChatwoot } from "./chatwoot/import-chatwoot.ts";
import { exitCodes, ImportError } from "./import-error.ts";
import { importFile } from "./import-file.ts";
import { createProgress } from "./progress.ts";
import { sources } from "./sources.ts";

const sourceNames = sources.map(({ name }) => name).join(", ");
const usage = `Usage: npm run import -- <source> <file> [--tenant NAME]
       npm run import -- chatwoot --from postgres://... [--account ID] [--tenant NAME]
  source  one of: ${sourceNames}
  file    plain or gzip
  --from  a Chatwoot database; it is only read. Broken off, the same call goes on where it was
Exit codes: 0 imported (refused rows are listed), 1 failed on the way, 2 wrong call, 3 unreadable file.`;

interface FileCall {
  readonly sourceName: string;
  readonly path: string;
  readonly tenant: string | undefined;
}

interface ChatwootCall {
  readonly from: string;
  readonly accountId: number | null;
  readonly tenant: string | undefined;
}

function readCall(): FileCall | ChatwootCall {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        tenant: { type: "string" },
        from: { type: "string" },
        account: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const [sourceName, path, ...more] = positionals;
    if (values.tenant?.trim() === "") throw new ImportError("wrongCall", `--tenant needs a name.\n${usage}`);
    if (sourceName === "chatwoot") {
      if (values.from === undefined || path !== undefined)
        throw new ImportError("wrongCall", `Expected --from.\n${usage}`);
      if (!/^postgres(ql)?:\/\//.test(values.from)) {
        throw new ImportError("wrongCall", "--from: expected postgres://user:password@host:port/name");
      }
      if (values.account !== undefined && !/^[1-9]\d{0,9}$/.test(values.account)) {
        throw new ImportError("wrongCall", "--account: expected the number of an account");
      }
      const accountId = values.account === undefined ? null : Number(values.account);
      return { from: values.from, accountId, tenant: values.tenant };
    }
    if (values.from !== undefined || values.account !== undefined) {
      throw new ImportError("wrongCall", `--from and --account are for chatwoot.\n${usage}`);
    }
    if (sourceName === undefined || path === undefined || more.length > 0) {
      throw new ImportError("wrongCall", `Expected a source and a file.\n${usage}`);
    }
    return { sourceName, path, tenant: values.tenant };
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError("wrongCall", `${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

async function main(): Promise<void> {
  const call = readCall();
  const config = readConfig({ DATABASE_URL: processVariables.DATABASE_URL }, process.env);
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: 2,
    applicationName: "deskpulse-import",
  });
  try {
    if ("from" in call) await mainOfChatwoot(database, call);
    else await mainOfFile(database, call);
  } finally {
    await database.close();
  }
}

async function mainOfFile(database: Database, { sourceName, path, tenant }: FileCall): Promise<void> {
  const source = sources.find(({ name }) => name === sourceName);
  if (source === undefined) {
    throw new ImportError("wrongCall", `There is no source ${sourceName}; there are: ${sourceNames}, chatwoot`);
  }
  const progress = createProgress(`Importing ${path}`, process.stderr);
  try {
    const outcome = await importFile({
      database,
      source,
      path,
      ...(tenant === undefined ? {} : { tenant }),
      onProgress: progress.update,
    });
    progress.stop();
    for (const { line, reason } of outcome.refusedShown) console.error(`line ${line}: ${reason}`);
    sayHidden(outcome.refused - outcome.refusedShown.length);
    console.log(
      `${outcome.rows} rows read, ${outcome.refused} refused, ${outcome.newEvents} new events, tenants: ${outcome.tenants.map(({ name }) => name).join(", ")}`,
    );
  } finally {
    progress.stop();
  }
}

async function mainOfChatwoot(database: Database, { from, accountId, tenant }: ChatwootCall): Promise<void> {
  const progress = createProgress("Importing conversations", process.stderr);
  const startedAt = performance.now();
  const rate = (done: number) => Math.round((1000 * done) / Math.max(1, performance.now() - startedAt));
  try {
    const outcome = await importChatwoot({
      database,
      from,
      accountId,
      tenant: tenant ?? null,
      onProgress: (done, total) => progress.update(done, total, `${done} of ${total}, ${rate(done)} a second`),
    });
    progress.stop();
    for (const reason of outcome.refusedShown) console.error(reason);
    sayHidden(outcome.refused - outcome.refusedShown.length);
    console.log(
      `${outcome.conversations} conversations read${outcome.resumed ? " (went on where it was)" : ""}, ${outcome.refused} refused, ${outcome.newEvents} new events, tenant: ${outcome.tenant}`,
    );
  } finally {
    progress.stop();
  }
}

function sayHidden(hidden: number): void {
  if (hidden > 0) console.error(`and ${hidden} more refused rows`);
}

try {
  await main();
} catch (error) {
  if (error instanceof ImportError) {
    console.error(error.message);
    process.exitCode = error.exitCode;
  } else if (error instanceof ConfigError) {
    console.error(error.message);
    process.exitCode = exitCodes.wrongCall;
  } else {
    console.error(`The import failed: ${error instanceof Error ? error.message : error}`);
    console.error("What was imported before stays; importing again doubles nothing.");
    process.exitCode = exitCodes.failed;
  }
}
