import type { RunProblem, RunProgress } from "@deskpulse/domain/runs/run";
import type { RunState } from "@deskpulse/domain/runs/run-state";
import type { EngineTx } from "../transaction.ts";
import { uuidArray } from "./uuid-array.ts";

/** What realtime tells about a run. */
export interface RunStateRow {
  readonly id: string;
  readonly tenantId: string | null;
  readonly job: string;
  readonly state: RunState;
  readonly createdBy: string;
  readonly attempts: number;
  readonly starts: number;
  readonly progress: RunProgress | null;
  readonly problem: RunProblem | null;
  /** When the run reached its state. */
  readonly at: Date;
  /** Read for `resultIds` only. */
  readonly result: unknown;
  /** Is `result` the run's result, rather than left out because nobody asked or because it is too large? */
  readonly resultRead: boolean;
}

export interface RunStatesWanted {
  readonly ids: readonly string[];
  /** Those of `ids` whose results are wanted too, as far as they are small. */
  readonly resultIds: readonly string[];
  readonly resultBytesMax: number;
}

/**
 * In which state are these runs, of whatever tenants? Unknown ids are left out; no ids give no rows.
 * Index: job_runs primary key. The list of wanted results is a sub-select, so that it is read once, not once per row.
 */
export async function readRunStates(tx: EngineTx, wanted: RunStatesWanted): Promise<RunStateRow[]> {
  const { ids, resultIds, resultBytesMax } = wanted;
  return tx.sql<RunStateRow[]>`
    select r.id, tenant_id as "tenantId", job, state, created_by as "createdBy", attempts, starts, progress, problem,
      coalesce(
        finished_at,
        case when state = 'started' then started_at end,
        (errors -> -1 ->> 'at')::timestamptz,
        created_at
      ) as at,
      case when small then result end as result,
      small as "resultRead"
    from job_runs r,
      lateral (
        select case
          when state <> 'completed' or r.id <> all ((select ${uuidArray(resultIds)}::text::uuid[])::uuid[]) then false
          when result is null then true
          else octet_length(result::text) <= ${resultBytesMax}
        end as small
      ) as size
    where r.id = any ((select ${uuidArray(ids)}::text::uuid[])::uuid[])`;
}
