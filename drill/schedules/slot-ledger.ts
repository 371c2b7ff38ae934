import type { Database } from "@deskpulse/db/connect";
import type { DrilledSchedule } from "./plan-kills.ts";

export interface SlotVerdict {
  readonly expected: number;
  readonly missing: readonly string[];
  readonly doubled: readonly string[];
  readonly strange: readonly string[];
  readonly outcomes: ReadonlyMap<string, number>;
  readonly runs: number;
}

/** Holds what stands in Postgres against slots counted from whole seconds, by no code of the platform. */
export async function judgeSlots(
  { sql }: Database,
  schedules: readonly DrilledSchedule[],
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<SlotVerdict> {
  const rows = await sql<{ name: string; at: Date; outcome: string; runs: number; state: string | null }[]>`
    select s.name, p.slot_at as at, p.outcome,
      (select count(*)::int from job_runs r where r.id = p.run_id) as runs,
      (select r.state from job_runs r where r.id = p.run_id) as state
    from schedule_runs p join schedules s on s.id = p.schedule_id
    where p.slot_at > ${new Date(span.fromMs)} and p.slot_at <= ${new Date(span.toMs)} and s.name like 'drilled-%'`;
  const missing: string[] = [];
  const doubled: string[] = [];
  const strange: string[] = [];
  let expected = 0;
  for (const { name, isSlot } of schedules) {
    const mine = rows.filter((row) => row.name === name);
    for (let second = Math.floor(span.fromMs / 1000) + 1; second * 1000 <= span.toMs; second++) {
      const found = mine.filter(({ at }) => at.getTime() === second * 1000).length;
      const place = `${name} at ${new Date(second * 1000).toISOString()}`;
      if (isSlot(second)) expected++;
      if (isSlot(second) && found === 0) missing.push(place);
      if (found > 1) doubled.push(place);
      if (!isSlot(second) && found > 0) strange.push(`${place} is no slot`);
    }
  }
  for (const { name, at, outcome, runs, state } of rows) {
    const place = `${name} at ${at.toISOString()}: ${outcome}`;
    if (outcome === "started" ? runs !== 1 : runs !== 0) strange.push(`${place} with ${runs} runs`);
    if (!["started", "skipped"].includes(outcome)) strange.push(place);
    if (outcome === "started" && state !== "completed" && state !== "cancelled") strange.push(`${place}, ${state}`);
  }
  // every slot's run carries the schedule's name: a run that no slot names is a double
  const unnamed = await sql<{ line: string }[]>`
    select format('run %s of %s belongs to no slot', r.id, r.input ->> 'token') as line from job_runs r
    where r.input ->> 'token' like 'drilled-%' and not exists (select from schedule_runs p where p.run_id = r.id)`;
  const twice = await sql<{ line: string }[]>`
    select format('run %s stands for %s slots', run_id, count(*)) as line from schedule_runs
    where run_id is not null group by run_id having count(*) > 1
    union all
    select format('run %s has %s effects', run_id, count(*)) from drill_effects group by run_id having count(*) > 1`;
  const [total] = await sql<{ runs: number }[]>`
    select count(*)::int as runs from job_runs where input ->> 'token' like 'drilled-%'`;
  const outcomes = new Map<string, number>();
  for (const { outcome } of rows) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  return {
    expected,
    missing,
    doubled: [...doubled, ...[...unnamed, ...twice].map(({ line }) => line)],
    strange,
    outcomes,
    runs: total?.runs ?? 0,
  };
}
