import { isDatabaseAway } from "@deskpulse/db/away";
import { asOwner, type OwnerSession } from "@deskpulse/db/owner";
import type { Action } from "@deskpulse/db/performance/action-columns";
import { planActions } from "@deskpulse/db/performance/plan-actions";
import { pruneFindings } from "@deskpulse/db/performance/prune-findings";
import { undoneActions, unendedActions } from "@deskpulse/db/performance/read-actions";
import { readDatabaseSnapshot } from "@deskpulse/db/performance/read-database-snapshot";
import { recordFindings } from "@deskpulse/db/performance/record-findings";
import { adviseDatabase, isAbout } from "@deskpulse/domain/performance/advise-database";
import type { DatabaseSnapshot } from "@deskpulse/domain/performance/database-snapshot";
import { type Advice, databaseFindingKinds } from "@deskpulse/domain/performance/finding";
import { restDays, withoutUndone } from "@deskpulse/domain/performance/past-action";
import type { jobs } from "@deskpulse/jobs/catalog";
import type { JobInput, JobOutput } from "@deskpulse/jobs/define-job";
import type { Processor, RunContext } from "@deskpulse/runs/worker/processor";
import { applyAction, repairAction } from "./apply-action.ts";
import type { Optimisation } from "./optimisation.ts";

type Input = JobInput<typeof jobs.optimizeDatabase>;
type Output = JobOutput<typeof jobs.optimizeDatabase>;
type Context = Pick<
  RunContext<Output>,
  "runId" | "createdBy" | "signal" | "log" | "progress" | "database" | "inEngine"
>;

const adviceMax = 2_000;
const keepResolvedDays = 365;

export const optimizeDatabase: Processor<typeof jobs.optimizeDatabase> = ({ input, ctx }) =>
  asOwner(ctx.database, { exclusive: input.mode === "apply" }, (owner) => optimize(owner, input, ctx));

async function optimize(owner: OwnerSession, input: Input, ctx: Context): Promise<Output> {
  const { mode, limits } = input;
  const work: Optimisation = {
    owner,
    database: ctx.database,
    runId: ctx.runId,
    actor: ctx.createdBy,
    signal: ctx.signal,
    log: ctx.log,
    untilMs: Date.now() + limits.secondsMax * 1_000,
  };
  const unended = mode === "apply" ? await ctx.inEngine(unendedActions) : [];
  let repaired = 0;
  for (const action of unended) if (await isRepaired(work, action)) repaired += 1;

  ctx.progress(0.05, "looks at the catalogue");
  const { snapshot, advice } = await look(work, input, ctx);
  const { planned, findings } = await record(input, ctx, snapshot, advice);
  const result = { mode, findings, repaired, truncated: snapshot.truncated };
  if (mode === "plan") {
    const actions = planned.slice(0, 200).map((action) => told(action, advice));
    return { ...result, actions, left: planned.length - actions.length };
  }
  const ended: Action[] = [];
  for (const action of planned.slice(0, limits.actionsMax)) {
    ctx.signal.throwIfAborted();
    if (Date.now() >= work.untilMs) break;
    ctx.progress(0.1 + (0.9 * ended.length) / planned.length, action.sql);
    // earlier actions and other people have changed the schema meanwhile
    const still = (await look(work, input, ctx)).advice.some((now) => now.action?.sql === action.sql);
    ended.push(still ? await applyAction(work, action) : action);
  }
  return { ...result, actions: ended.map((action) => told(action, advice)), left: planned.length - ended.length };
}

/** What cannot be settled now (its table is locked, or gone) stays for the next run, and keeps nothing else from being done. */
async function isRepaired(work: Optimisation, action: Action): Promise<boolean> {
  try {
    await repairAction(work, action);
    return true;
  } catch (error) {
    work.signal.throwIfAborted();
    if (isDatabaseAway(error)) throw error;
    work.log(`could not settle it: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function look({ owner }: Optimisation, { kinds, limits }: Input, ctx: Context) {
  const snapshot = await owner.read(readDatabaseSnapshot);
  const undone = await ctx.inEngine((tx) => undoneActions(tx, restDays));
  const all = adviseDatabase(snapshot, kinds ?? databaseFindingKinds).slice(0, adviceMax);
  const large = new Set(
    snapshot.tables.filter(({ bytes }) => bytes > limits.tableBytesMax).map(({ schema, name }) => `${schema}.${name}`),
  );
  const bounded = all.map((one) =>
    one.action?.command === "create-index" && large.has(one.table)
      ? {
          ...one,
          action: null,
          reason: `the table is larger than the ${limits.tableBytesMax} bytes of this run's limit`,
        }
      : one,
  );
  return { snapshot, advice: withoutUndone(bounded, undone, snapshot.takenAtMs) };
}

async function record({ kinds, tables }: Input, ctx: Context, snapshot: DatabaseSnapshot, advice: readonly Advice[]) {
  const truncated = snapshot.truncated || advice.length === adviceMax;
  return await ctx.inEngine(async (tx) => {
    const ids = await recordFindings(tx, { advice, kinds: kinds ?? databaseFindingKinds, truncated });
    await pruneFindings(tx, keepResolvedDays);
    const inScope = advice.filter((one) => isAbout(one, tables));
    const wanted = advice.flatMap((one, at) => {
      const findingId = ids[at];
      return one.action === null || findingId === undefined || !isAbout(one, tables)
        ? []
        : [{ findingId, action: one.action }];
    });
    return { planned: await planActions(tx, ctx.runId, wanted), findings: inScope.length };
  });
}

function told(action: Action, advice: readonly Advice[]): Output["actions"][number] {
  const { id, state, sql, error } = action;
  const subject = advice.find((one) => one.action?.sql === sql)?.subject ?? `table ${action.schema}.${action.table}`;
  const note = error ?? (state === "planned" ? null : `it is ${state}`);
  return { id, subject, state, sql, note };
}
