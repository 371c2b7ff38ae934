import { createServer } from "node:http";
import { Queue, Worker } from "bullmq";
import express from "express";
import { Redis } from "ioredis";
import { Server } from "socket.io";

/** Express, BullMQ and Socket.IO in one process, as one would write it without thinking of starting fast. */
const options = { replyMapping: "legacy" as const, maxRetriesPerRequest: null };
const redis = new Redis(process.env.REDIS_URL ?? "", options);
const prefix = `${process.env.REDIS_PREFIX}:peer`;
const queue = new Queue("cold-start", { connection: redis, prefix });
const worker = new Worker("cold-start", async () => null, { connection: redis, prefix });
worker.on("error", (error) => console.error(error));

const app = express();
app.use(express.json());
app.get("/readyz", async (_req, res) => {
  res.json({ ready: (await redis.ping()) === "PONG" });
});
app.post("/api/jobs", async (req, res) => {
  const job = await queue.add("note", req.body);
  res.status(202).json({ id: job.id });
});
const http = createServer(app);
const io = new Server(http);
io.on("connection", (socket) => {
  void socket.join("everybody");
});
http.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
