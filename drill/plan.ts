import { Random } from "./random.ts";

/** One run that is asked for over HTTP. */
export interface PlannedRequest {
  readonly atMs: number;
  readonly token: string;
  readonly job: "drill.effect" | "drill.plain";
  readonly tenant: number;
  readonly workMs: number;
  /** Attempts that throw before one succeeds. */
  readonly failures: number;
  /** With an Idempotency-Key: then asking again after a lost answer may not make a second run. */
  readonly keyed: boolean;
}

export type Fault =
  | { readonly atMs: number; readonly kind: "kill-worker"; readonly worker: number; readonly restartAfterMs: number }
  | { readonly atMs: number; readonly kind: "freeze-worker"; readonly worker: number }
  | { readonly atMs: number; readonly kind: "kill-api"; readonly requests: readonly PlannedRequest[] }
  | { readonly atMs: number; readonly kind: "restart-redis" | "empty-redis"; readonly awayMs: number };

export interface Plan {
  readonly workers: number;
  readonly tenants: number;
  readonly windowMs: number;
  readonly requests: readonly PlannedRequest[];
  /** In order of time. */
  readonly faults: readonly Fault[];
}

export interface PlanSize {
  readonly runs: number;
  readonly windowMs: number;
  readonly workerKills: number;
  readonly apiKills: number;
}

export const fullSize: PlanSize = { runs: 500, windowMs: 60_000, workerKills: 20, apiKills: 3 };
export const smokeSize: PlanSize = { runs: 60, windowMs: 5_000, workerKills: 3, apiKills: 1 };

const workers = 3;
const tenants = 3;
const requestsPerApiKill = 4;

/** What is asked for and what is broken when: nothing but seed and size decide it. */
export function makePlan(seed: number, size: PlanSize): Plan {
  const random = new Random(seed);
  const tokens = Array.from({ length: size.runs }, (_, index) => `run-${index + 1}`);
  const requestOf = (token: string, atMs: number): PlannedRequest => ({
    atMs,
    token,
    job: random.chance(0.75) ? "drill.effect" : "drill.plain",
    tenant: random.between(0, tenants - 1),
    workMs: workOf(random),
    failures: random.chance(0.1) ? random.between(1, 2) : 0,
    keyed: random.chance(0.5),
  });

  const great = random.shuffled([
    ...Array.from({ length: size.apiKills }, () => "kill-api" as const),
    "freeze-worker" as const,
    "restart-redis" as const,
    "empty-redis" as const,
  ]);
  const slotMs = size.windowMs / great.length;
  const frozen = random.between(0, workers - 1);
  const faults = great.map((kind, slot): Fault => {
    const atMs = Math.round(slot * slotMs + slotMs * (0.1 + 0.4 * random.share()));
    if (kind === "freeze-worker") return { atMs, kind, worker: frozen };
    if (kind !== "kill-api") return { atMs, kind, awayMs: random.between(500, 2_500) };
    // asked for without a key: nobody asks again when the hand-over is lost
    const requests = tokens
      .splice(0, requestsPerApiKill)
      .map((token) => ({ ...requestOf(token, atMs), keyed: false, failures: 0 }));
    return { atMs, kind, requests };
  });
  for (let kill = 0; kill < size.workerKills; kill++) {
    // the one that is frozen at some time is killed as well: before or after, never while it is frozen
    faults.push({
      atMs: random.between(Math.round(size.windowMs * 0.05), size.windowMs),
      kind: "kill-worker",
      worker: random.between(0, workers - 1),
      restartAfterMs: random.between(100, 1_500),
    });
  }
  const requests = tokens.map((token) => requestOf(token, random.between(0, size.windowMs)));
  const byTime = (a: { atMs: number }, b: { atMs: number }): number => a.atMs - b.atMs;
  return { workers, tenants, windowMs: size.windowMs, requests: requests.sort(byTime), faults: faults.sort(byTime) };
}

/** Mostly short work; some that is still under way when its worker dies. */
function workOf(random: Random): number {
  const [low, high] = random.pick([
    [5, 150],
    [5, 150],
    [5, 150],
    [200, 1_000],
    [1_500, 4_000],
  ] as const);
  return random.between(low, high);
}

/** The plan in words, a line each. */
export function describePlan(plan: Plan): string[] {
  const early = plan.faults.flatMap((fault) => (fault.kind === "kill-api" ? fault.requests : []));
  const all = [...plan.requests, ...early];
  const count = (test: (request: PlannedRequest) => boolean): number => all.filter(test).length;
  return [
    `${all.length} runs within ${plan.windowMs / 1000} s (${count(({ job }) => job === "drill.effect")} with an effect, ` +
      `${count(({ failures }) => failures > 0)} that fail at first, ${count(({ keyed }) => keyed)} with an Idempotency-Key)`,
    ...plan.faults.map((fault) => `${(fault.atMs / 1000).toFixed(2).padStart(6)} s  ${describeFault(fault)}`),
  ];
}

function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case "kill-worker":
      return `kill worker ${fault.worker + 1}, start it again after ${fault.restartAfterMs} ms`;
    case "freeze-worker":
      return `freeze worker ${fault.worker + 1} until others have its runs, then thaw it`;
    case "kill-api":
      return `kill the API right after ${fault.requests.length} times 202, before it hands over`;
    case "restart-redis":
      return `stop Redis for ${fault.awayMs} ms, start it with its data`;
    case "empty-redis":
      return `stop Redis for ${fault.awayMs} ms, start it empty`;
  }
}
