import { parseArgs } from "node:util";
import { connectDatabase } from "@deskpulse/db/connect";
import { ConfigError, processVariables, readConfig } from "@deskpulse/process/config";
import { exitCodes, ImportError } from "./import-error.ts";
import { importFile } from "./import-file.ts";
import { createProgress } from "./progress.ts";
import { sources } from "./sources.ts";

const sourceNames = sources.map(({ name }) => name).join(", ");
const usage = `Usage: npm run import -- <source> <file> [--tenant NAME]
  source  one of: ${sourceNames}
  file    plain or gzip
Exit codes: 0 imported (refused rows are listed), 1 failed on the way, 2 wrong call, 3 unreadable file.`;

function readCall(): { sourceName: string; path: string; tenant: string | undefined } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { tenant: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const [sourceName, path, ...more] = positionals;
    if (sourceName === undefined || path === undefined || more.length > 0) {
      throw new ImportError("wrongCall", `Expected a source and a file.\n${usage}`);
    }
    if (values.tenant?.trim() === "") throw new ImportError("wrongCall", `--tenant needs a name.\n${usage}`);
    return { sourceName, path, tenant: values.tenant };
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError("wrongCall", `${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

async function main(): Promise<void> {
  const { sourceName, path, tenant } = readCall();
  const source = sources.find(({ name }) => name === sourceName);
  if (source === undefined) {
    throw new ImportError("wrongCall", `There is no source ${sourceName}; there are: ${sourceNames}`);
  }
  const config = readConfig({ DATABASE_URL: processVariables.DATABASE_URL }, process.env);
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: 2,
    applicationName: "deskpulse-import",
  });
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
    const hidden = outcome.refused - outcome.refusedShown.length;
    if (hidden > 0) console.error(`and ${hidden} more refused rows`);
    console.log(
      `${outcome.rows} rows read, ${outcome.refused} refused, ${outcome.newEvents} new events, tenants: ${outcome.tenants.map(({ name }) => name).join(", ")}`,
    );
  } finally {
    progress.stop();
    await database.close();
  }
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
    console.error("What was imported before stays; importing the file again doubles nothing.");
    process.exitCode = exitCodes.failed;
  }
}
