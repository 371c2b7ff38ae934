import { z } from "zod";
import { wilsonInterval } from "../statistics/wilson-interval.ts";
import type { Bucketed } from "./bucketed.ts";
import { byBucket } from "./bucketed.ts";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1).nullable();
const rate = z.number().nonnegative().nullable();

const duration = z.strictObject({
  count,
  averageSeconds: rate,
  /** Of the facts, and so with `precision=exact` only; else null. */
  medianSeconds: rate,
});

const worked = {
  /** Conversations that an agent first answered or resolved in this time; one that two had counts for both. */
  handled: count,
  resolved: count,
  /** Resolved per handled; more than 1 where what was handled earlier is resolved now. */
  resolutionRate: rate,
  /** Quarter hours in which the agent wrote or resolved, as hours. */
  activeHours: z.number().nonnegative(),
  resolutionsPerActiveHour: rate,
  /** Public ones, written by the agent. */
  messages: count,
  /** Credited to its sender. */
  firstResponse: duration,
  /** Credited to the assignee of that time, as resolutions and reopenings are. */
  reply: duration,
  resolution: duration,
  reopened: count,
  reopenRate: rate,
};

const judged = {
  satisfaction: z.strictObject({
    answered: count,
    score: share,
    /** Wilson's, at 95 %. */
    interval: z.strictObject({ low: z.number(), high: z.number() }).nullable(),
  }),
  withinSla: z.strictObject({ kept: count, missed: count, share }),
};

export const agentFigures = z.strictObject({ agentsActive: count, ...worked });
export type AgentFigures = z.output<typeof agentFigures>;

const agent = z.strictObject({ agentId: z.uuid(), name: z.string(), ...worked, ...judged });
const team = z.strictObject({
  /** Null: of no team. */
  teamId: z.int().nullable(),
  name: z.string(),
  resolved: count,
  reopened: count,
  reopenRate: rate,
  firstResponse: duration,
  reply: duration,
  resolution: duration,
  ...judged,
});

export const agentTotals = agentFigures.extend({
  ...judged,
  /** Who did anything in the range, the most resolutions first; at most 500. */
  agents: z.array(agent),
  agentsLeftOut: count,
  /** By the team of that time, the most resolutions first; at most 500. */
  teams: z.array(team),
});
export type AgentTotals = z.output<typeof agentTotals>;

/** What somebody did in a time; sums are milliseconds. */
export interface WorkDone {
  readonly handled: number;
  readonly resolved: number;
  readonly reopened: number;
  readonly messages: number;
  readonly activeQuarters: number;
  readonly firstResponses: number;
  readonly firstResponseMs: number;
  readonly replies: number;
  readonly replyMs: number;
  readonly resolutionMs: number;
}

export type AgentWork = WorkDone & { readonly agentId: string; readonly name: string };
export type TimedWork = WorkDone & { readonly agentsActive: number };

export interface TeamWork {
  readonly teamId: number | null;
  readonly name: string | null;
  readonly resolved: number;
  readonly reopened: number;
  readonly firstResponses: number;
  readonly firstResponseMs: number;
  readonly replies: number;
  readonly replyMs: number;
  readonly resolutionMs: number;
}

/** By agent or team; null keys of both are of the whole. */
export interface Judged {
  readonly agentId: string | null;
  readonly teamId: number | null;
  /** Of which grouping the row is. */
  readonly by: "agent" | "team" | "whole";
  readonly answered: number;
  readonly satisfied: number;
  readonly kept: number;
  readonly missed: number;
}

/** Exact medians, milliseconds, of the same groupings. */
export interface Medians {
  readonly agentId: string | null;
  readonly teamId: number | null;
  readonly by: "agent" | "team" | "whole";
  readonly firstResponseMs: number | null;
  readonly replyMs: number | null;
  readonly resolutionMs: number | null;
}

export interface AgentFacts {
  readonly agents: readonly AgentWork[];
  readonly agentsLeftOut: number;
  readonly teams: readonly TeamWork[];
  readonly work: readonly Bucketed<TimedWork>[];
  readonly judged: readonly Judged[];
  /** Null: not asked for. */
  readonly medians: readonly Medians[] | null;
}

const nothingDone: TimedWork = {
  agentsActive: 0,
  handled: 0,
  resolved: 0,
  reopened: 0,
  messages: 0,
  activeQuarters: 0,
  firstResponses: 0,
  firstResponseMs: 0,
  replies: 0,
  replyMs: 0,
  resolutionMs: 0,
};

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
const seconds = (ms: number | null | undefined): number | null => (ms === null || ms === undefined ? null : ms / 1_000);
const durationOf = (number: number, sumMs: number, medianMs: number | null | undefined) => ({
  count: number,
  averageSeconds: seconds(ratio(sumMs, number)),
  medianSeconds: seconds(medianMs),
});

type Median = Pick<Medians, "firstResponseMs" | "replyMs" | "resolutionMs">;

const durationsOf = (of: Omit<WorkDone, "handled" | "messages" | "activeQuarters">, median: Median | undefined) => ({
  firstResponse: durationOf(of.firstResponses, of.firstResponseMs, median?.firstResponseMs),
  reply: durationOf(of.replies, of.replyMs, median?.replyMs),
  resolution: durationOf(of.resolved, of.resolutionMs, median?.resolutionMs),
  reopened: of.reopened,
  reopenRate: ratio(of.reopened, of.resolved),
});

const workedOf = (done: WorkDone, median?: Median) => ({
  handled: done.handled,
  resolved: done.resolved,
  resolutionRate: ratio(done.resolved, done.handled),
  activeHours: done.activeQuarters / 4,
  resolutionsPerActiveHour: ratio(done.resolved * 4, done.activeQuarters),
  messages: done.messages,
  ...durationsOf(done, median),
});

const judgedOf = (found: Judged | undefined) => {
  const { answered = 0, satisfied = 0, kept = 0, missed = 0 } = found ?? {};
  return {
    satisfaction: { answered, score: ratio(satisfied, answered), interval: wilsonInterval(satisfied, answered) },
    withinSla: { kept, missed, share: ratio(kept, kept + missed) },
  };
};

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nobody did anything. */
export function agentFiguresFrom({ work, medians }: AgentFacts): (bucket: number | null) => AgentFigures {
  const found = byBucket(work);
  const whole = medians?.find(({ by }) => by === "whole");
  return (bucket) => {
    const done = found.get(bucket) ?? nothingDone;
    return { agentsActive: done.agentsActive, ...workedOf(done, bucket === null ? whole : undefined) };
  };
}

/** The same of the whole range, with each agent and team. */
export function agentTotalsFrom(facts: AgentFacts): AgentTotals {
  const judgement = new Map(facts.judged.map((row) => [`${row.by} ${row.agentId ?? row.teamId}`, row]));
  const medians = new Map(facts.medians?.map((row) => [`${row.by} ${row.agentId ?? row.teamId}`, row]));
  return {
    ...agentFiguresFrom(facts)(null),
    ...judgedOf(judgement.get("whole null")),
    agents: facts.agents.map(({ agentId, name, ...done }) => ({
      agentId,
      name,
      ...workedOf(done, medians.get(`agent ${agentId}`)),
      ...judgedOf(judgement.get(`agent ${agentId}`)),
    })),
    agentsLeftOut: facts.agentsLeftOut,
    teams: facts.teams.map(({ teamId, name, resolved, ...done }) => ({
      teamId,
      name: name ?? "No team",
      resolved,
      ...durationsOf({ resolved, ...done }, medians.get(`team ${teamId}`)),
      ...judgedOf(judgement.get(`team ${teamId}`)),
    })),
  };
}
