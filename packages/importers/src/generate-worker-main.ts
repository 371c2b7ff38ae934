import { connectDatabase } from "@deskpulse/db/connect";
import { processVariables, readConfig } from "@deskpulse/process/config";
import { type Chunk, ChunkWriter } from "./generate/chunk-writer.ts";
import type { GenerateRequest } from "./generate/generate-request.ts";
import { planTenants } from "./generate/tenant-plan.ts";
import type { ChunkAnswer } from "./generate/writer-processes.ts";

/** One of the processes that generate-main.ts starts: writes the chunks that it is sent, one at a time. */

// given by generate-main.ts, which has checked it
const request = JSON.parse(process.argv[2] ?? "") as GenerateRequest;
const config = readConfig({ DATABASE_URL: processVariables.DATABASE_URL }, process.env);
const database = connectDatabase({
  url: config.DATABASE_URL,
  connectionsMax: 1,
  applicationName: "deskpulse-generate",
});
const writer = new ChunkWriter(database, planTenants(request));

process.on("message", (chunk: Chunk) => {
  void answerTo(chunk).then((answer) => process.send?.(answer));
});
// whoever started it is gone
process.once("disconnect", () => process.exit(1));

async function answerTo(chunk: Chunk): Promise<ChunkAnswer> {
  try {
    return { counts: await writer.write(chunk) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
