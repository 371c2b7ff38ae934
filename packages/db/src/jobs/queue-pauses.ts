import type { EngineTx } from "../transaction.ts";

/** Remembers that a queue is paused, whatever becomes of Redis. */
export async function insertQueuePause(tx: EngineTx, queue: string, pausedBy: string): Promise<void> {
  await tx.sql`insert into queue_pauses (queue, paused_by) values (${queue}, ${pausedBy}) on conflict (queue) do nothing`;
}

export async function deleteQueuePause(tx: EngineTx, queue: string): Promise<void> {
  await tx.sql`delete from queue_pauses where queue = ${queue}`;
}

/** The queues that are paused; none on a fresh platform. */
export async function listQueuePauses(tx: EngineTx): Promise<string[]> {
  const rows = await tx.sql<{ queue: string }[]>`select queue from queue_pauses order by queue`;
  return rows.map(({ queue }) => queue);
}
