import type { ConversationEvent } from "../ingest/event.ts";

export const metricUnits = [
  "count",
  "seconds",
  "milliseconds",
  "hours",
  "minutes",
  "rate",
  "rating",
  "structure",
] as const;
export type MetricUnit = (typeof metricUnits)[number];

/** A named figure of reports and what it means. */
export interface Metric {
  readonly unit: MetricUnit;
  readonly definition: string;
  /** The events that it derives from. */
  readonly from: readonly ConversationEvent["type"][];
  /** Whom it counts for under an agent filter or in an agent's line. */
  readonly credits: string;
  /** What it is where nothing happened. */
  readonly empty: string;
}

const created = "conversation.created";
const message = "message.created";
const status = "conversation.status";
const assigned = "conversation.assigned";
const handoff = "conversation.handoff";
const responded = "conversation.responded";

const nobody = "nobody: it is of the whole";
const holder = "who had the conversation then";
const present = "who has the conversation now";
const sender = "who wrote it";
const resolver = "who had the conversation when it was last resolved";
const answers = [created, message, responded, handoff, status] as const;

const of = (
  unit: MetricUnit,
  definition: string,
  from: Metric["from"],
  credits: string,
  empty = unit === "count" ? "0" : "null",
): Metric => ({ unit, definition, from, credits, empty });

/**
 * Every figure of every report, by its name there; `<report>/<name>` where a report means something else by a name. All
 * count by the time of their event, never by when it came in, and in the report's zone.
 */
export const metrics: Readonly<Record<string, Metric>> = {
  created: of("count", "Conversations that began.", [created], present),
  resolved: of(
    "count",
    "Changes to resolved; a conversation that is resolved twice counts twice, and a later reopening takes nothing back.",
    [status],
    holder,
  ),
  uniqueResolved: of(
    "count",
    "Conversations that were resolved at least once; over a range this is no sum of its buckets.",
    [status],
    holder,
  ),
  reopened: of("count", "Changes from resolved back to any other status.", [status], holder),
  open: of("count", "Conversations that stood open at the end.", [created, status], holder),
  unattended: of(
    "count",
    "Of the open ones at the end, those that nobody had answered yet or whose customer waited again.",
    [created, status, message, responded, handoff],
    holder,
  ),
  unassigned: of("count", "Of the open ones at the end, those that no agent had.", [created, status, assigned], nobody),
  messagesIn: of("count", "Public messages that came in.", [message], present),
  messagesOut: of("count", "Public messages that went out, of agents, bots and rules alike.", [message], sender),
  messagesPrivate: of("count", "Private notes, which are neither in nor out.", [message], sender),
  firstResponse: of(
    "seconds",
    "From the creation, or the latest handoff or reopening before it, to the first public answer that an agent wrote; a bot's, a rule's and a private one is none, and it is counted once for a conversation.",
    answers,
    sender,
  ),
  reply: of(
    "seconds",
    "From when the customer began to wait to each later answer; what answers nobody who waits is not counted.",
    answers,
    holder,
  ),
  resolution: of(
    "seconds",
    "From the creation to each change to resolved, also after a reopening.",
    [created, status],
    holder,
  ),
  botResolved: of(
    "count",
    "Resolutions in which a bot wrote, no person had answered and the bot had not handed over: with handoffs they never exceed all.",
    [message, handoff, status],
    holder,
  ),
  handoffs: of("count", "A conversation's first handoff from a bot to people.", [handoff], holder),
  quality: of(
    "structure",
    "satisfactionScore: ratings of 4 and 5 among all; reopenRate: reopenings per resolution; firstReplyResolutionShare: resolutions after exactly one answer among all.",
    [status, message, "csat.answered"],
    holder,
    "nulls",
  ),
  firstResponseHistogram: of(
    "structure",
    "First responses by class of waiting time; each class reaches up to, not including, its bound.",
    answers,
    sender,
    "zeros",
  ),
  answered: of(
    "count",
    "Surveys by when they were first answered; a later answer replaces rating and comment.",
    ["csat.answered"],
    resolver,
  ),
  score: of("rate", "Ratings of 4 and 5 among all ratings.", ["csat.answered"], resolver),
  averageRating: of("rating", "Mean rating, from 1 to 5.", ["csat.answered"], resolver),
  surveysSent: of(
    "count",
    "Requests for a rating; an answer without a request says that there was one.",
    ["csat.sent", "csat.answered"],
    resolver,
  ),
  surveysAnswered: of(
    "count",
    "Of the requests sent in this time, those that were answered, whenever; the same filters hold for both.",
    ["csat.sent", "csat.answered"],
    resolver,
  ),
  responseRate: of("rate", "surveysAnswered per surveysSent.", ["csat.sent", "csat.answered"], resolver),
  distribution: of("structure", "Answers by rating.", ["csat.answered"], resolver, "zeros"),
  scoreInterval: of("structure", "Wilson's score interval of `score` at 95 %.", ["csat.answered"], resolver),
  responseRateInterval: of(
    "structure",
    "Wilson's score interval of `responseRate` at 95 %.",
    ["csat.sent", "csat.answered"],
    resolver,
  ),
  trend: of(
    "structure",
    "Of `score` over the buckets, by the test of Cochran and Armitage; called one below p = 0.05.",
    ["csat.answered"],
    resolver,
  ),
  comments: of("structure", "What customers wrote, newest first.", ["csat.answered"], resolver, "an empty list"),
  runs: of("count", "Runs of automation rules, by when they ended.", ["automation.ran"], holder),
  succeeded: of("count", "Of the runs, those that succeeded.", ["automation.ran"], holder),
  failed: of("count", "Of the runs, those that failed.", ["automation.ran"], holder),
  successRate: of("rate", "succeeded per runs.", ["automation.ran"], holder),
  medianDurationMs: of("milliseconds", "Median duration of runs, exact.", ["automation.ran"], holder),
  p95DurationMs: of("milliseconds", "95th percentile of the runs' durations, exact.", ["automation.ran"], holder),
  conversationsTouched: of(
    "count",
    "Conversations on which a rule ran; over a range this is no sum of its buckets.",
    ["automation.ran"],
    holder,
  ),
  resolvedWithoutAnswer: of(
    "count",
    "Resolutions before which no person had answered in public, whoever or whatever resolved.",
    [status, message, responded],
    holder,
  ),
  resolvedWithoutAnswerShare: of("rate", "resolvedWithoutAnswer per resolved.", [status, message, responded], holder),
  botResolutionRate: of("rate", "botResolved per resolved.", [status, message, handoff], holder),
  handoffRate: of("rate", "handoffs per botResolved and handoffs together.", [status, message, handoff], holder),
  byRule: of("structure", "Runs by rule, the most first.", ["automation.ran"], holder, "an empty list"),
  byTrigger: of("structure", "Runs by what set them off, the most first.", ["automation.ran"], holder, "an empty list"),
  byAction: of(
    "structure",
    "Runs that took an action, by action; a run with several stands under each.",
    ["automation.ran"],
    holder,
    "an empty list",
  ),
  failuresByCause: of(
    "structure",
    "Failed runs by the first line of what their source says of the cause.",
    ["automation.ran"],
    holder,
    "an empty list",
  ),
  estimatedTimeSaved: of(
    "structure",
    "Actions of runs that succeeded x two minutes, the field's estimate for a reply.",
    ["automation.ran"],
    holder,
    "0 minutes",
  ),
  heatmap: of(
    "structure",
    "The 168 hours of the local week: sums, how often the range holds the hour (one that the clock repeats counts twice), averages per occurrence, and open conversations on average.",
    [created, message, status],
    holder,
    "zeros",
  ),
  peaks: of(
    "structure",
    "Hour of the week, hour of the day and weekday with the highest average; the earliest of equal ones.",
    [created, message, status],
    holder,
    "nulls",
  ),
  concurrentOpen: of(
    "structure",
    "Open conversations at the ends of the range's quarter hours that have passed: average, peak and when.",
    [created, status],
    holder,
  ),
  development: of(
    "structure",
    "Growth against the range as long and just before; trend by the seasonal Mann-Kendall test with Sen's slope; weekly pattern by classical decomposition; days at which the level changes by optimal partitioning; the busiest day.",
    [created, message, status],
    holder,
    "nulls and empty lists",
  ),
  agentsActive: of("count", "Agents who did anything that the report counts.", [message, status, responded], sender),
  handled: of(
    "count",
    "Conversations that an agent first answered or resolved in this time; one that two agents had counts for both.",
    [message, responded, status],
    "the agent",
  ),
  resolutionRate: of(
    "rate",
    "resolved per handled; above 1 where what was handled earlier is resolved now.",
    [message, status],
    "the agent",
  ),
  activeHours: of(
    "hours",
    "Quarter hours in which an agent wrote, also privately, or resolved, divided by four.",
    [message, status],
    "the agent",
    "0",
  ),
  resolutionsPerActiveHour: of("rate", "resolved per activeHours.", [message, status], "the agent"),
  "analytics.users-performance/messages": of("count", "Public messages that agents wrote.", [message], sender),
  reopenRate: of("rate", "reopened per resolved.", [status], holder),
  satisfaction: of(
    "structure",
    "Ratings, the share of 4 and 5 among them, and Wilson's interval at 95 %.",
    ["csat.answered"],
    resolver,
    "0 and nulls",
  ),
  withinSla: of(
    "structure",
    "Promises that were decided in this time: kept where it happened by when it was due, missed where not; what a resolution made needless is neither. Due by the working hours of the inbox where the promise says so.",
    ["sla.applied", message, status],
    holder,
    "0 and null",
  ),
  agents: of(
    "structure",
    "The same figures for each agent.",
    [message, status, assigned],
    "the agent",
    "an empty list",
  ),
  agentsLeftOut: of("count", "Agents beyond those that are listed.", [message, status, assigned], nobody),
  teams: of(
    "structure",
    "The same figures by the team that a conversation had then.",
    [message, status, assigned],
    "the team",
    "an empty list",
  ),
  averageOpen: of(
    "count",
    "Open conversations, weighted by time; null where the time has not come yet.",
    [created, status],
    holder,
    "0",
  ),
  openAtEnd: of("count", "Open conversations at the end, or now where that comes first.", [created, status], holder),
  openNow: of("count", "Conversations that stand open now.", [created, status], present),
  pendingNow: of("count", "Conversations that are pending now.", [created, status], present),
  snoozedNow: of("count", "Conversations that are snoozed now.", [created, status], present),
  "analytics.agent-workload/unassigned": of(
    "structure",
    "The same figures of conversations that nobody had.",
    [created, status, assigned],
    nobody,
    "zeros",
  ),
  spread: of(
    "structure",
    "Gini coefficient of the agents' averageOpen: 0 when all have the same.",
    [created, status, assigned],
    nobody,
  ),
  overload: of(
    "structure",
    "Agents whose averageOpen lies above median + 2.5 x 1.4826 x median absolute deviation (Leys et al. 2013), and above 5.",
    [created, status, assigned],
    nobody,
    "0",
  ),
  capacity: of(
    "structure",
    "90th percentile of averageOpen among agents with any, times their number.",
    [created, status, assigned],
    nobody,
  ),
  activeCustomers: of(
    "count",
    "Customers who began a conversation or wrote a public message; over a range this is no sum of its buckets.",
    [created, message],
    present,
  ),
  newCustomers: of(
    "count",
    "Of the active ones, those whose first conversation ever began in this time.",
    [created],
    present,
  ),
  returningCustomers: of("count", "activeCustomers less newCustomers.", [created, message], present),
  conversations: of("count", "Conversations that began.", [created], present),
  conversationsWithoutCustomer: of(
    "count",
    "Of these, those of no known customer, which count for no customer.",
    [created],
    present,
  ),
  messages: of("count", "Public messages from customers.", [message], present),
  conversationsPerCustomer: of(
    "rate",
    "Conversations of known customers per active customer.",
    [created, message],
    present,
  ),
  messagesPerCustomer: of("rate", "Messages of known customers per active customer.", [created, message], present),
  reopenedWithin7Days: of("count", "Reopenings at most seven days after the resolution.", [status], holder),
  weeklyCohorts: of(
    "structure",
    "Customers by the week in which they first began a conversation, and how many of them were active in each week since.",
    [created, message],
    present,
    "zeros",
  ),
  monthlyCohorts: of("structure", "The same by month.", [created, message], present, "zeros"),
};

/** What a report means by a figure's name; undefined for what is no figure of it. */
export const metricOf = (report: string, name: string): Metric | undefined =>
  metrics[`${report}/${name}`] ?? metrics[name];
