import { z } from "zod";
import { gini } from "../statistics/gini.ts";
import { median } from "../statistics/median.ts";

const count = z.int().nonnegative();
const load = z.number().nonnegative();

/** Open conversations over time; null where the time has not come yet. */
export const workloadFigures = z.strictObject({
  /** Weighted by time. */
  averageOpen: load.nullable(),
  /** At the end, or now where that comes first. */
  openAtEnd: count.nullable(),
});
export type WorkloadFigures = z.output<typeof workloadFigures>;

const standingNow = { openNow: count, pendingNow: count, snoozedNow: count };

const agent = z.strictObject({
  agentId: z.uuid(),
  name: z.string(),
  ...standingNow,
  averageOpen: load,
  isOverloaded: z.boolean(),
});
const team = z.strictObject({ teamId: z.int().nullable(), name: z.string(), ...standingNow, averageOpen: load });

/** Who has less is not overloaded, however little the others have. */
export const overloadMin = 5;
/** Leys et al. (2013) call a value an outlier beyond 2.5 median absolute deviations, scaled to a normal spread. */
const overloadDeviations = 2.5 * 1.4826;

export const workloadTotals = workloadFigures.extend({
  ...standingNow,
  unassigned: z.strictObject({ ...standingNow, averageOpen: load }),
  /** Who had any open conversation in the range or has one now, the most first; at most 500. */
  agents: z.array(agent),
  agentsLeftOut: count,
  /** By the team that a conversation had then. */
  teams: z.array(team),
  spread: z.strictObject({ gini: z.number().min(0).max(1).nullable() }),
  overload: z.strictObject({ rule: z.string(), limit: load.nullable(), agents: count }),
  capacity: z.strictObject({ formula: z.string(), perAgent: load.nullable(), agents: count, total: load.nullable() }),
});
export type WorkloadTotals = z.output<typeof workloadTotals>;

interface Load {
  readonly openNow: number;
  readonly pendingNow: number;
  readonly snoozedNow: number;
  /** Milliseconds of open conversations within the range. */
  readonly openMs: number;
}

export type AgentLoad = Load & { readonly agentId: string; readonly name: string };
export type TeamLoad = Load & { readonly teamId: number | null; readonly name: string | null };

export interface WorkloadFacts {
  readonly agents: readonly AgentLoad[];
  readonly teams: readonly TeamLoad[];
  readonly unassigned: Load;
  readonly whole: Load;
  /** The part of the range that has passed, milliseconds. */
  readonly passedMs: number;
  readonly openAtEnd: number | null;
}

const agentsMax = 500;

/** The loads of a range; nobody had anything gives empty lists and nulls. */
export function workloadTotalsFrom(facts: WorkloadFacts): WorkloadTotals {
  const { passedMs } = facts;
  const loadOf = ({ openMs, openNow, pendingNow, snoozedNow }: Load) => ({
    openNow,
    pendingNow,
    snoozedNow,
    averageOpen: passedMs === 0 ? 0 : openMs / passedMs,
  });
  const loads = facts.agents
    .map(({ agentId, name, ...of }) => ({ agentId, name, ...loadOf(of) }))
    .sort((a, b) => b.averageOpen - a.averageOpen || (a.agentId < b.agentId ? -1 : 1));
  const averages = loads.map(({ averageOpen }) => averageOpen);
  const middle = median(averages);
  const deviation = median(averages.map((value) => Math.abs(value - (middle ?? 0))));
  const limit =
    middle === null || deviation === null ? null : Math.max(overloadMin, middle + overloadDeviations * deviation);
  const isOverloaded = (averageOpen: number): boolean => limit !== null && averageOpen > limit;
  // nearest rank, among those who had any
  const busy = averages.filter((value) => value > 0);
  const perAgent = busy.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(0.9 * busy.length) - 1)] ?? null;
  return {
    averageOpen: passedMs === 0 ? null : loadOf(facts.whole).averageOpen,
    openAtEnd: facts.openAtEnd,
    openNow: facts.whole.openNow,
    pendingNow: facts.whole.pendingNow,
    snoozedNow: facts.whole.snoozedNow,
    unassigned: loadOf(facts.unassigned),
    agents: loads.slice(0, agentsMax).map((one) => ({ ...one, isOverloaded: isOverloaded(one.averageOpen) })),
    agentsLeftOut: Math.max(0, loads.length - agentsMax),
    teams: facts.teams
      .map(({ teamId, name, ...of }) => ({ teamId, name: name ?? "No team", ...loadOf(of) }))
      .sort((a, b) => b.averageOpen - a.averageOpen || (a.teamId ?? 0) - (b.teamId ?? 0)),
    spread: { gini: gini(averages) },
    overload: {
      rule: `averageOpen above median + 2.5 x 1.4826 x median absolute deviation of the agents, and above ${overloadMin}`,
      limit,
      agents: averages.filter(isOverloaded).length,
    },
    capacity: {
      formula: "90th percentile of averageOpen among agents with any x number of these agents",
      perAgent,
      agents: busy.length,
      total: perAgent === null ? null : perAgent * busy.length,
    },
  };
}

/** What changed in one bucket: net open conversations, and Σ change x (change's time - the range's begin), milliseconds. */
export interface WeighedChange {
  readonly bucket: number;
  readonly net: number;
  readonly weighedMs: number;
}

/**
 * Average and last number of open conversations in each bucket, from how many were open at the end of the passed part of
 * the range and what changed in each bucket. `bounds` are the buckets' begins and ends within the passed part, by index.
 */
export function workloadBuckets(
  openAtEnd: number,
  changes: readonly WeighedChange[],
  bounds: readonly { readonly fromMs: number; readonly toMs: number }[],
  rangeFromMs: number,
): WorkloadFigures[] {
  const changed = new Map(changes.map((change) => [change.bucket, change]));
  const figures: WorkloadFigures[] = [];
  let open = openAtEnd;
  for (let index = bounds.length - 1; index >= 0; index--) {
    const { fromMs = 0, toMs = 0 } = bounds[index] ?? {};
    const lengthMs = toMs - fromMs;
    if (lengthMs <= 0) {
      figures.push({ averageOpen: null, openAtEnd: null });
      continue;
    }
    const { net = 0, weighedMs = 0 } = changed.get(index) ?? {};
    const before = open - net;
    const openMs = before * lengthMs + net * (toMs - rangeFromMs) - weighedMs;
    figures.push({ averageOpen: Math.max(0, openMs / lengthMs), openAtEnd: open });
    open = before;
  }
  return figures.reverse();
}
