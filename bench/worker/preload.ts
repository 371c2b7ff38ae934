import { connectDatabase } from "@deskpulse/db/connect";
import type { JobDefinition } from "@deskpulse/jobs/define-job";
import { createLogger } from "@deskpulse/process/logger";
import { connectRedis } from "@deskpulse/process/redis";
import { createPublisher } from "@deskpulse/push/publisher";
import { Handover } from "@deskpulse/runs/handover";
import { RunService } from "@deskpulse/runs/run-service";
import { Queue } from "bullmq";
import { type Ground, redisPrefix } from "../ground.ts";
import { requestBody } from "../job-map.ts";

const atOnce = 2_000;

/** Fills the queue with runs, stored and handed over as the API does it. */
export async function preloadRuns(ground: Ground, definition: JobDefinition, count: number): Promise<void> {
  const { databaseUrl, redisUrl } = ground.servers;
  const log = createLogger("preload", "warn");
  const database = connectDatabase({ url: databaseUrl, connectionsMax: 4, applicationName: "deskpulse-bench" });
  const producer = connectRedis(redisUrl, "producer", log);
  if (producer.status !== "ready") await new Promise((resolve) => producer.once("ready", resolve));
  const handover = new Handover(producer, redisPrefix, (error) => log.error({ err: error }, "BullMQ queue error"));
  const publisher = createPublisher(producer, redisPrefix, () => undefined);
  const runs = new RunService({ database, handover, publisher, log });
  const { tenantId, userId: createdBy } = ground;
  for (let stored = 0; stored < count; stored += atOnce) {
    await Promise.all(
      Array.from({ length: Math.min(atOnce, count - stored) }, () =>
        runs.enqueue({ definition, input: requestBody.input, tenantId, createdBy }),
      ),
    );
  }
  await runs.stop();
  producer.disconnect();
  await database.close();
}

/** Fills the peer's queue with as many jobs of the same size. */
export async function preloadJobs({ servers, tenantId }: Ground, count: number): Promise<void> {
  const queue = new Queue("operations", {
    connection: servers.redis,
    prefix: `${redisPrefix}:peer`,
    defaultJobOptions: { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 5_000 } },
  });
  for (let added = 0; added < count; added += atOnce) {
    const data = { tenantId, input: requestBody.input };
    await queue.addBulk(
      Array.from({ length: Math.min(atOnce, count - added) }, () => ({ name: requestBody.job, data })),
    );
  }
  await queue.close();
}
