import { Queue } from "bullmq";
import express from "express";
import { Redis } from "ioredis";
import { jwtVerify } from "jose";
import { z } from "zod";

/** The handler that a good engineer would write by hand: Express, jose, zod, queue.add; nothing stored elsewhere. */
const queue = new Queue("operations", {
  connection: new Redis(process.env.REDIS_URL ?? "", {
    replyMapping: "legacy" as const,
    maxRetriesPerRequest: null,
  }),
  prefix: `${process.env.REDIS_PREFIX}:peer`,
  defaultJobOptions: { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 5_000 } },
});
// as the documentation of jose has it
const secret = new TextEncoder().encode(process.env.JWT_SECRET);
const body = z.strictObject({
  job: z.string().min(1).max(100),
  input: z.strictObject({
    conversation: z.string().min(1).max(64),
    subject: z.string().max(200),
    priority: z.enum(["low", "normal", "high"]),
    amount: z.int().min(0),
  }),
});

const app = express();
app.get("/readyz", (_req, res) => {
  res.json({ ready: true });
});
app.use(express.json());
app.post("/api/jobs", async (req, res) => {
  const token = req.headers.authorization?.replace(/^Bearer /, "") ?? "";
  const claims = await jwtVerify(token, secret, { algorithms: ["HS256"] }).then(
    ({ payload }) => payload,
    () => null,
  );
  if (claims === null) {
    res.status(401).json({ error: "unauthenticated" });
    return;
  }
  const parsed = body.safeParse(req.body);
  if (!parsed.success) {
    res.status(400).json({ error: z.flattenError(parsed.error) });
    return;
  }
  const { job: name, input } = parsed.data;
  const job = await queue.add(name, { userId: claims.sub, tenantId: claims.tenant, input });
  res.status(202).location(`/api/jobs/${job.id}`).json({ id: job.id, job: name, state: "queued" });
});
app.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
