import type { EngineTx } from "../transaction.ts";
import { uuidArray } from "./uuid-array.ts";

/** Gives runs a fresh handover number, because BullMQ still keeps an ended job under the old one. Index: primary key. */
export async function bumpHandovers(tx: EngineTx, runIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.sql<{ id: string; handover: number }[]>`
    update job_runs set handover = handover + 1
    where id = any ((select ${uuidArray(runIds)}::text::uuid[])::uuid[]) and finished_at is null
    returning id, handover`;
  return new Map(rows.map(({ id, handover }) => [id, handover]));
}
