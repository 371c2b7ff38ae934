import { connectDatabase } from "@deskpulse/db/connect";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { Handover } from "@deskpulse/runs/handover";
import { startRunWorker } from "@deskpulse/runs/worker/run-worker";
import { exampleJobs, exampleProcessors } from "./example-jobs.ts";

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface ExampleWorker {
  stop(): Promise<void>;
}

/** Executes runs of the example jobs, as a worker process would. */
export async function startExampleWorker(at: {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly prefix: string;
}): Promise<ExampleWorker> {
  const database = connectDatabase({ url: at.databaseUrl, connectionsMax: 4, applicationName: "api-test-worker" });
  const producer = connectRedis(at.redisUrl, "producer", quiet);
  const redis = connectRedis(at.redisUrl, "worker", quiet);
  await new Promise<void>((resolve) => producer.once("ready", () => resolve()));
  const handover = new Handover(producer, at.prefix, () => undefined);
  const publisher = createPublisher(producer, at.prefix, () => undefined);
  const worker = await startRunWorker({
    jobs: exampleJobs,
    processors: exampleProcessors,
    database,
    redis,
    producer,
    redisPrefix: at.prefix,
    handover,
    publisher,
    concurrency: { analytics: 8 },
    version: "test",
    log: quiet,
  });
  return {
    async stop() {
      await worker.stop(0);
      await publisher.flush();
      await handover.close();
      redis.disconnect();
      producer.disconnect();
      await database.close();
    },
  };
}
