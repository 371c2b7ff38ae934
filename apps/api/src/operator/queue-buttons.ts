import { ProblemError } from "@deskpulse/domain/errors";
import type { Button, Press, Pressed } from "./button.ts";
import { queueOf } from "./button.ts";

/** Pausing and resuming, of one queue or all: a row in queue_pauses, which outlives Redis. */
export const queueButtons: readonly Button[] = [
  { method: "put", path: "/api/queues/pause", act: "pause-all-queues", press: (press) => onAll(press, "pauseQueue") },
  {
    method: "put",
    path: "/api/queues/resume",
    act: "resume-all-queues",
    press: (press) => onAll(press, "resumeQueue"),
  },
  {
    method: "put",
    path: "/api/queues/:queueName/pause",
    act: "pause-queue",
    press: (press) => onOne(press, "pauseQueue"),
  },
  {
    method: "put",
    path: "/api/queues/:queueName/resume",
    act: "resume-queue",
    press: (press) => onOne(press, "resumeQueue"),
  },
];

async function onOne(press: Press, change: "pauseQueue" | "resumeQueue"): Promise<Pressed> {
  const queue = queueOf(press);
  if (queue === undefined) throw new ProblemError("not-found", "There is no such queue.");
  await press.desk.runs[change](queue.name, press.operator);
  return {};
}

async function onAll({ desk, operator }: Press, change: "pauseQueue" | "resumeQueue"): Promise<Pressed> {
  const queues = desk.queues.map(({ name }) => name);
  for (const queue of queues) await desk.runs[change](queue, operator);
  return { detail: { queues } };
}
