import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { connectDatabase } from "@deskpulse/db/connect";
import { ConfigError, processVariables, readConfig } from "@deskpulse/process/config";
import {
  createOperator,
  createOperatorUsage,
  OperatorCallError,
  readOperatorCall,
} from "./operator/create-operator.ts";

/** The first line of standard input; a person's typing is not shown. */
async function readPassword(): Promise<string> {
  const given = process.env.DESKPULSE_PASSWORD;
  if (given !== undefined && given !== "") return given;
  const { stdin, stderr } = process;
  const terminal = stdin.isTTY === true;
  if (terminal) stderr.write("Password: ");
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: stdin, output: nowhere, terminal });
  const line = await new Promise<string>((resolve) => {
    lines.once("line", resolve);
    lines.once("close", () => resolve(""));
  });
  lines.close();
  if (terminal) stderr.write("\n");
  return line;
}

async function main(): Promise<void> {
  const call = readOperatorCall(process.argv.slice(2));
  if (call === "help") {
    console.log(createOperatorUsage);
    return;
  }
  const config = readConfig({ DATABASE_URL: processVariables.DATABASE_URL }, process.env);
  const password = await readPassword();
  const database = connectDatabase({
    url: config.DATABASE_URL,
    connectionsMax: 1,
    applicationName: "deskpulse-create-operator",
  });
  try {
    const id = await createOperator(database, call, password);
    console.log(`${call.operator === "full" ? "Operator" : "Read-only operator"} ${call.email} was made (${id}).`);
  } finally {
    await database.close();
  }
}

try {
  await main();
} catch (error) {
  const isCall = error instanceof OperatorCallError || error instanceof ConfigError;
  console.error(
    isCall ? error.message : `Could not make the operator: ${error instanceof Error ? error.message : error}`,
  );
  process.exitCode = 1;
}
