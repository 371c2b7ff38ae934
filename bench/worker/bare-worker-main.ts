import { Worker } from "bullmq";
import { Redis } from "ioredis";
import type { WorkerMessage } from "./worker-message.ts";

/** A bare BullMQ worker with a processor that does nothing; PUBLISH makes it tell of completed jobs. */
const redis = new Redis(process.env.REDIS_URL ?? "", {
  replyMapping: "legacy" as const,
  maxRetriesPerRequest: null,
});
/** For the bench of pushes: told on a channel, as somebody would who has no database to read from. */
const publisher = process.env.PUBLISH === undefined ? undefined : redis.duplicate();
let worker: Worker<{ userId: string }> | undefined;

async function handle(message: WorkerMessage): Promise<void> {
  if (message.kind === "stop") {
    await worker?.close();
    return;
  }
  if (message.kind === "prepare") return;
  const { concurrency } = message;
  worker = new Worker<{ userId: string }>("operations", async () => null, {
    connection: redis,
    prefix: `${process.env.REDIS_PREFIX}:peer`,
    concurrency,
  });
  worker.on("error", (error) => console.error(error));
  if (publisher === undefined) return;
  worker.on("completed", ({ id, name, data }) => {
    const event = {
      userId: data.userId,
      job: { runId: id, job: name, state: "completed", at: new Date().toISOString() },
    };
    void publisher.publish("bench-peer-push", JSON.stringify(event));
  });
}

process.on("message", (message: WorkerMessage) => {
  void handle(message).then(() => process.send?.({ done: true }));
});
process.on("SIGTERM", () => process.exit(0));
