import type { EngineTx } from "../transaction.ts";

/** Says that a worker lives; makes its row when it is new or was cleaned away. Index: primary key. */
export async function beat(
  tx: EngineTx,
  worker: { id: string; hostname: string; pid: number; version: string },
): Promise<void> {
  await tx.sql`
    insert into workers (id, hostname, pid, version) values (${worker.id}, ${worker.hostname}, ${worker.pid}, ${worker.version})
    on conflict (id) do update set heartbeat_at = now()`;
}

/** Takes a worker off the list, so that what it still held is free at once. */
export async function signOff(tx: EngineTx, workerId: string): Promise<void> {
  await tx.sql`delete from workers where id = ${workerId}`;
}
