import { z } from "zod";
import { type Bucketed, byBucket } from "./bucketed.ts";

const count = z.int().nonnegative();
const share = z.number().min(0).max(1).nullable();
const ms = z.number().nonnegative().nullable();

/** What rules and bots did. Runs count by when they ended, resolutions and handoffs by when they happened. */
export const automationFigures = z.strictObject({
  runs: count,
  succeeded: count,
  failed: count,
  successRate: share,
  medianDurationMs: ms,
  p95DurationMs: ms,
  /** Conversations on which a rule ran. */
  conversationsTouched: count,
  resolved: count,
  /** Resolutions before which nobody had answered in public, whoever or whatever resolved. */
  resolvedWithoutAnswer: count,
  resolvedWithoutAnswerShare: share,
  /** Resolutions in which a bot wrote, nobody answered and the bot had not handed over. */
  botResolved: count,
  /** Of all resolutions. */
  botResolutionRate: share,
  handoffs: count,
  /** Of what bots either resolved or handed over. */
  handoffRate: share,
});
export type AutomationFigures = z.output<typeof automationFigures>;

/** What an action that a rule took would have cost a person: the field reckons with two minutes for a reply. */
export const minutesPerAction = 2;

const group = z.strictObject({ name: z.string(), runs: count, succeeded: count, failed: count, successRate: share });
/** The greatest 50; what they leave out stands beside. */
const groups = z.strictObject({ greatest: z.array(group), others: count });

export const automationTotals = automationFigures.extend({
  byRule: groups,
  byTrigger: groups,
  /** Runs that took the action; a run with several actions stands under each. */
  byAction: groups,
  /** Failed runs by what their source says was the cause, greatest first. */
  failuresByCause: z.strictObject({
    greatest: z.array(z.strictObject({ cause: z.string(), failed: count })),
    others: count,
  }),
  estimatedTimeSaved: z.strictObject({
    minutes: z.number().nonnegative(),
    formula: z.string(),
    successfulActions: count,
    minutesPerAction: z.number(),
  }),
});
export type AutomationTotals = z.output<typeof automationTotals>;

export interface RunsMeasured {
  readonly runs: number;
  readonly succeeded: number;
  readonly conversations: number;
  readonly medianMs: number | null;
  readonly p95Ms: number | null;
  readonly successfulActions: number;
}

export interface ResolutionsMeasured {
  readonly resolved: number;
  readonly withoutAnswer: number;
  readonly botResolved: number;
  readonly handoffs: number;
}

/** One value of a grouping, over the whole range. */
export interface RunGroup {
  readonly kind: "rule" | "trigger" | "action" | "cause";
  readonly name: string;
  readonly runs: number;
  readonly succeeded: number;
}

export interface AutomationFacts {
  readonly runs: readonly Bucketed<RunsMeasured>[];
  readonly resolutions: readonly Bucketed<ResolutionsMeasured>[];
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

/** The figures of a bucket (its index) or of the range (null); zeros and nulls where nothing ran. */
export function automationFiguresFrom(facts: AutomationFacts): (bucket: number | null) => AutomationFigures {
  const runs = byBucket(facts.runs);
  const resolutions = byBucket(facts.resolutions);
  return (bucket) => {
    const ran = runs.get(bucket);
    const ended = resolutions.get(bucket);
    const [total, succeeded, resolved] = [ran?.runs ?? 0, ran?.succeeded ?? 0, ended?.resolved ?? 0];
    const [withoutAnswer, botResolved, handoffs] = [
      ended?.withoutAnswer ?? 0,
      ended?.botResolved ?? 0,
      ended?.handoffs ?? 0,
    ];
    return {
      runs: total,
      succeeded,
      failed: total - succeeded,
      successRate: ratio(succeeded, total),
      medianDurationMs: ran?.medianMs ?? null,
      p95DurationMs: ran?.p95Ms ?? null,
      conversationsTouched: ran?.conversations ?? 0,
      resolved,
      resolvedWithoutAnswer: withoutAnswer,
      resolvedWithoutAnswerShare: ratio(withoutAnswer, resolved),
      botResolved,
      botResolutionRate: ratio(botResolved, resolved),
      handoffs,
      handoffRate: ratio(handoffs, botResolved + handoffs),
    };
  };
}

export const groupsMax = 50;

/** The same of the whole range, with its groupings. */
export function automationTotalsFrom(facts: AutomationFacts, found: readonly RunGroup[]): AutomationTotals {
  const successfulActions = byBucket(facts.runs).get(null)?.successfulActions ?? 0;
  const of = (kind: RunGroup["kind"]) =>
    found.filter((one) => one.kind === kind).sort((a, b) => b.runs - a.runs || (a.name < b.name ? -1 : 1));
  const grouped = (kind: RunGroup["kind"]) => ({
    greatest: of(kind)
      .slice(0, groupsMax)
      .map(({ name, runs, succeeded }) => ({
        name,
        runs,
        succeeded,
        failed: runs - succeeded,
        successRate: ratio(succeeded, runs),
      })),
    others: Math.max(0, of(kind).length - groupsMax),
  });
  const causes = of("cause");
  return {
    ...automationFiguresFrom(facts)(null),
    byRule: grouped("rule"),
    byTrigger: grouped("trigger"),
    byAction: grouped("action"),
    failuresByCause: {
      greatest: causes.slice(0, groupsMax).map(({ name, runs }) => ({ cause: name, failed: runs })),
      others: causes.slice(groupsMax).reduce((sum, { runs }) => sum + runs, 0),
    },
    estimatedTimeSaved: {
      minutes: successfulActions * minutesPerAction,
      formula: "actions of runs that succeeded x minutesPerAction",
      successfulActions,
      minutesPerAction,
    },
  };
}
