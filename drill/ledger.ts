import { randomUUID } from "node:crypto";
import type { Database } from "@deskpulse/db/connect";
import { asEngine } from "@deskpulse/db/transaction";

/** A run that was answered with 202 (or 200). */
export interface AcceptedRun {
  readonly id: string;
  readonly token: string;
  readonly job: string;
}

export interface Verdict {
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly stuck: readonly string[];
  readonly startsHistogram: ReadonlyMap<number, number>;
  readonly lastFinishedAtMs: number;
}

export interface RunStart {
  readonly runId: string;
  readonly atMs: number;
}

/** What the drill writes and reads in Postgres, beside what the platform does. */
export class Ledger {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Makes the drill's tables. Neither has a unique key: doubles shall be seen, not refused. */
  async open(tenants: number): Promise<string[]> {
    const { sql } = this.#database;
    await sql.unsafe(`
      drop table if exists drill_effects, drill_starts;
      create table drill_effects (run_id uuid not null, token text not null, pid int not null);
      create table drill_starts (run_id uuid not null, pid int not null, at timestamptz not null default clock_timestamp());
      grant insert on drill_effects to deskpulse_tenant;
      grant insert on drill_starts to deskpulse_engine;`);
    const ids = Array.from({ length: tenants }, () => randomUUID());
    await asEngine(this.#database, async (tx) => {
      for (const id of ids) await tx.sql`insert into tenants (id, name) values (${id}, ${`drill ${id}`})`;
    });
    return ids;
  }

  /** The unfinished runs that the worker process with this pid holds. */
  async heldBy(pid: number): Promise<string[]> {
    const rows = await this.#database.sql<{ id: string }[]>`
      select r.id from job_runs r join workers w on w.id = r.claimed_by
      where w.pid = ${pid} and r.finished_at is null`;
    return rows.map(({ id }) => id);
  }

  /** Those of the runs that a process other than `pid` has started since. */
  async startedElsewhere(runIds: readonly string[], pid: number, sinceMs: number): Promise<string[]> {
    const rows = await this.#database.sql<{ run_id: string }[]>`
      select distinct run_id from drill_starts
      where run_id = any (${uuids(runIds)}::text::uuid[]) and pid <> ${pid} and at > to_timestamp(${sinceMs / 1000})`;
    return rows.map(({ run_id }) => run_id);
  }

  async unfinished(): Promise<string[]> {
    const rows = await this.#database.sql<{ line: string }[]>`
      select format('%s %s: %s, starts %s, attempts %s, handover %s, claimed by %s', r.id, r.job, r.state, r.starts,
        r.attempts, r.handover, coalesce(w.pid::text, r.claimed_by::text, 'nobody')) as line
      from job_runs r left join workers w on w.id = r.claimed_by where r.finished_at is null order by r.id`;
    return rows.map(({ line }) => line);
  }

  async starts(): Promise<RunStart[]> {
    const rows = await this.#database.sql<
      { run_id: string; at: Date }[]
    >`select run_id, at from drill_starts order by at`;
    return rows.map(({ run_id, at }) => ({ runId: run_id, atMs: at.getTime() }));
  }

  /** Holds every accepted run and every effect against what was promised. `keyed`: tokens that may have one run only. */
  async judge(accepted: readonly AcceptedRun[], keyed: readonly string[]): Promise<Verdict> {
    const { sql } = this.#database;
    const lost = await sql<{ line: string }[]>`
      select format('%s %s %s: %s %s', a.id, a.job, a.token, coalesce(r.state, 'there is no such run'), r.problem) as line
      from json_to_recordset(${JSON.stringify(accepted)}::text::json) as a(id uuid, token text, job text)
      left join job_runs r on r.id = a.id
      where r.state is distinct from 'completed' or r.result ->> 'token' is distinct from a.token
        or (a.job = 'drill.effect' and not exists (select from drill_effects e where e.run_id = a.id and e.token = a.token))`;
    const doubled = await sql<{ line: string }[]>`
      select format('run %s has %s effects', run_id, count(*)) as line from drill_effects group by run_id having count(*) > 1
      union all
      select format('effect of %s, which is %s', e.run_id, r.state) from drill_effects e
      left join job_runs r on r.id = e.run_id where r.state is distinct from 'completed'
      union all
      select format('key %s has %s runs', r.input ->> 'token', count(*)) from job_runs r
      where r.input ->> 'token' = any (string_to_array(${keyed.join(",")}, ','))
      group by r.input ->> 'token' having count(*) > 1`;
    const histogram = await sql<{ starts: number; runs: number }[]>`
      select starts, count(*)::int as runs from job_runs group by starts order by starts`;
    const [last] = await sql<{ at: Date | null }[]>`select max(finished_at) as at from job_runs`;
    return {
      lost: lost.map(({ line }) => line),
      doubled: doubled.map(({ line }) => line),
      stuck: await this.unfinished(),
      startsHistogram: new Map(histogram.map(({ starts, runs }) => [starts, runs])),
      lastFinishedAtMs: last?.at?.getTime() ?? 0,
    };
  }
}

const uuids = (ids: readonly string[]): string => `{${ids.join(",")}}`;
