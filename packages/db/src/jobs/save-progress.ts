import type { RunProgress } from "@deskpulse/domain/runs/run";
import type { EngineTx } from "../transaction.ts";

/** Stores how far runs are, where the fence still holds. Index: primary key; a HOT update. */
export async function saveProgress(
  tx: EngineTx,
  progress: readonly { id: string; starts: number; progress: RunProgress }[],
): Promise<void> {
  await tx.sql`
    update job_runs r set progress = p.progress
    from json_to_recordset(${JSON.stringify(progress)}::json) as p(id uuid, starts int, progress jsonb)
    where r.id = p.id and r.starts = p.starts and r.finished_at is null`;
}
